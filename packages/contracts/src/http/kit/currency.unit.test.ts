import { describe, expect, it } from 'vitest';

import { currencyCodesAccepted, findCurrency, notMoney } from './currency.js';

/** Codes that were withdrawn from ISO 4217, as far as ICU has names for them. */
const withdrawn = `
  ADP AFA ALK ANG AOK AON AOR ARA ARL ARM ARP ATS AZM BAD BAN BEC BEF BEL BGL BGM BGN BGO BOL BOP BRB BRC
  BRE BRN BRR BRZ BUK BYB BYR CLE CSD CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP FIM FRF GEK GHC GNS GQE
  GRD GWE GWP HRD HRK IEP ILP ILR ISJ ITL KRH KRO LTL LTT LUC LUF LUL LVL LVR MAF MCF MDC MGF MKN MLF MRO
  MTL MTP MVP MXP MZE MZM NIC NLG PEI PES PLZ PTE RHD ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM TPE
  TRL UAK UGS USS UYP VEB VEF VNN XEU XFO XFU XRE YDD YUD YUM YUN YUR ZAL ZMK ZRN ZRZ ZWD ZWL ZWR`
  .trim()
  .split(/\s+/);

/** Codes that ICU has and ISO 4217 never had. */
const neverListed = ['CNH', 'CNX'];

/** Decimals of the currencies that have another number of them than two, as ISO 4217 has them. */
const decimals: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const nameOf = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });

/** Every code that ICU knows, also those that its list of supported values leaves out in some versions. */
function codesOfIcu(): readonly string[] {
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)));
  const named = codes.filter((code) => nameOf.of(code) !== undefined);
  return [...new Set([...named, ...Intl.supportedValuesOf('currency')])];
}

describe('accepted currencies', () => {
  it('are all codes of ICU but those that are written down as refused', () => {
    const refused = [...withdrawn, ...neverListed, ...notMoney];
    const unexplained = codesOfIcu().filter((code) => !findCurrency(code) && !refused.includes(code));
    expect(unexplained).toEqual([]);
    expect(refused.filter((code) => findCurrency(code))).toEqual([]);
  });

  it('have a name in ICU, or are younger than it', () => {
    const younger = ['XCG', 'ZWG'];
    const unnamed = currencyCodesAccepted.filter((code) => nameOf.of(code) === undefined);
    expect(unnamed.filter((code) => !younger.includes(code))).toEqual([]);
  });

  it('have two decimals, but for those that ISO 4217 gives others', () => {
    const others = currencyCodesAccepted.flatMap((code) => {
      const exponent = findCurrency(code)?.exponent;
      return exponent === 2 ? [] : [`${code} ${exponent}`];
    });
    const expected = Object.entries(decimals).flatMap(([exponent, codes]) =>
      codes.split(' ').map((code) => `${code} ${exponent}`),
    );
    expect(others).toEqual(expected.sort());
  });

  it.each([
    ['XCG', 2],
    ['ZWG', 2],
    ['SLE', 2],
    ['VED', 2],
    ['HUF', 2],
    ['MRU', 2],
    ['MGA', 2],
    ['UGX', 0],
    ['ISK', 0],
  ])('%s has %i decimals', (code, exponent) => {
    expect(findCurrency(code)).toEqual({ code, exponent });
  });

  it.each(['ANG', 'BGN', 'CUC', 'HRK', 'ZWL', 'SLL', 'CLF', 'UYW', 'XAD'])('%s is refused', (code) => {
    expect(findCurrency(code)).toBeUndefined();
  });

  it('are sorted and have no doubles', () => {
    expect(currencyCodesAccepted).toEqual([...new Set(currencyCodesAccepted)].sort());
  });
});
