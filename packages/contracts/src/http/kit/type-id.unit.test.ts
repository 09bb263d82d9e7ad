import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { typeIdOf, uuidOfTypeId } from './type-id.js';

/** From the specification's list of valid ids. */
const vectors = [
  ['prefix', '00000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
  ['prefix', '00000000000000000000000001', '00000000-0000-0000-0000-000000000001'],
  ['prefix', '0000000000000000000000000a', '00000000-0000-0000-0000-00000000000a'],
  ['prefix', '0000000000000000000000000g', '00000000-0000-0000-0000-000000000010'],
  ['prefix', '00000000000000000000000010', '00000000-0000-0000-0000-000000000020'],
  ['prefix', '7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ['prefix', '0123456789abcdefghjkmnpqrs', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
  ['prefix', '01h455vb4pex5vsknk084sn02q', '01890a5d-ac96-774b-bcce-b302099a8057'],
] as const;

describe('typeIdOf', () => {
  it.each(vectors)('writes %s_%s as the specification does', (prefix, suffix, uuid) => {
    expect(typeIdOf(prefix, uuid)).toBe(`${prefix}_${suffix}`);
    expect(uuidOfTypeId(prefix, `${prefix}_${suffix}`)).toBe(uuid);
  });

  it('is undone by uuidOfTypeId', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(uuidOfTypeId('so', typeIdOf('so', uuid))).toBe(uuid);
      }),
    );
  });
});

describe('uuidOfTypeId', () => {
  it.each([
    ['another prefix', 'ord_00000000000000000000000001'],
    ['no prefix', '00000000000000000000000001'],
    ['a short suffix', 'so_0000000000000000000000001'],
    ['a long suffix', 'so_000000000000000000000000001'],
    ['capitals', 'so_0123456789ABCDEFGHJKMNPQRS'],
    ['a letter that base32 leaves out', 'so_0123456789ubcdefghjkmnpqrs'],
    ['a value beyond 128 bits', 'so_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['a UUID', 'so_01890a5d-ac96-774b-bcce-b302099a8057'],
  ])('refuses %s', (_, text) => {
    expect(uuidOfTypeId('so', text)).toBeUndefined();
  });
});
