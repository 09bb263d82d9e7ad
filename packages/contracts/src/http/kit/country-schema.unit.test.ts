import { describe, expect, it } from 'vitest';

import { countryCodes } from './country-schema.js';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const nameOf = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const codesOfIcu = letters.flatMap((first) =>
  letters.map((second) => `${first}${second}`).filter((code) => nameOf.of(code) !== undefined),
);

/**
 * Codes that ICU names and that stand for no country today: exceptional reservations (Ascension, Clipperton, Sark,
 * Diego Garcia, Ceuta and Melilla, Canaries, European Union, euro area, Tristan da Cunha, United Nations), test regions, the
 * unknown region, and names of countries that are gone or were renamed.
 */
const refused = (
  'AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ ' +
  'AN BU CS CT DD DY FQ FX HV JT MI NH NQ NT PC PU PZ RH SU TP UK VD WK YD YU ZR'
).split(' ');

describe('the countries of an address', () => {
  it('include every code of ICU but the ones listed as refused', () => {
    expect(codesOfIcu.filter((code) => !countryCodes.includes(code) && !refused.includes(code))).toEqual([]);
    expect(refused.filter((code) => countryCodes.includes(code))).toEqual([]);
  });

  it('all have a name in ICU, and are the 249 of ISO 3166-1 and Kosovo', () => {
    expect(countryCodes.filter((code) => nameOf.of(code) === undefined)).toEqual([]);
    expect(new Set(countryCodes).size).toBe(250);
  });
});
