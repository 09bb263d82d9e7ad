import { describe, expect, it } from 'vitest';

import { operationIdOf, operationKeyOf } from './operation-resource.js';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const commandId = '00000000-0000-0000-0000-000000000000';
const requestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
// The base32 of these three UUIDs: the first is the example of the TypeID specification.
const [first, zero, last] = ['01h455vb4pex5vsknk084sn02q', '0'.repeat(26), `7${'z'.repeat(25)}`];

describe('the id of an operation', () => {
  it('holds the order and the change', () => {
    const key = { orderId, commandId };
    expect(operationIdOf(key)).toBe(`op_${first}${zero}`);
    expect(operationKeyOf(`op_${first}${zero}`)).toEqual(key);
  });

  it('holds the request too, where an earlier one was refused', () => {
    const key = { orderId, commandId, requestId };
    expect(operationIdOf(key)).toBe(`op_${first}${zero}${last}`);
    expect(operationKeyOf(`op_${first}${zero}${last}`)).toEqual(key);
  });

  it.each([
    ['one UUID', `op_${first}`],
    ['four UUIDs', `op_${first}${zero}${last}${zero}`],
    ['half a UUID', `op_${first}${zero}${last.slice(13)}`],
    ['no prefix', `${first}${zero}`],
    ['another prefix', `so_${first}${zero}`],
    ['more than 128 bits', `op_8${first.slice(1)}${zero}`],
    ['a letter that base32 does not have', `op_${first}${zero.slice(1)}u`],
    ['capital letters', `op_${first.toUpperCase()}${zero}`],
    ['a line break at the end', `op_${first}${zero}\n`],
  ])('is invalid with %s', (_, text) => {
    expect(operationKeyOf(text)).toBeUndefined();
  });
});
