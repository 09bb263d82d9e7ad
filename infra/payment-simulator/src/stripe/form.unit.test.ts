import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import {
  formBoolean,
  formInteger,
  formList,
  formMetadata,
  formText,
  parseForm,
  readParams,
  type Form,
} from './form.js';
import { StripeError } from './stripe-error.js';

const schema = z.strictObject({
  amount: formInteger,
  confirm: formBoolean.optional(),
  list: formList.optional(),
  metadata: formMetadata,
  nested: z.strictObject({ name: formText }).optional(),
});
const read = (text: string) => readParams(schema, parseForm(text));
const refusal = (text: string): object => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof StripeError) return error.fields;
    throw error;
  }
  throw new Error('the form was not rejected');
};

describe('a form', () => {
  it('is read into numbers, booleans, lists and nested parameters', () => {
    expect(read('amount=100&confirm=true&list[0]=a&list[1]=b&nested[name]=x&metadata[k]=v')).toEqual({
      amount: 100,
      confirm: true,
      list: ['a', 'b'],
      nested: { name: 'x' },
      metadata: { k: 'v' },
    });
    expect(read('amount=1&list=a').list).toEqual(['a']);
    expect(read('amount=1&list[]=a&list[]=b').list).toEqual(['a', 'b']);
    expect(read('amount=1').metadata).toEqual({});
  });

  it.each([
    ['', 'parameter_missing', 'amount'],
    ['amount=', 'parameter_invalid_empty', 'amount'],
    ['amount=1.5', 'parameter_invalid_integer', 'amount'],
    ['amount=1e3', 'parameter_invalid_integer', 'amount'],
    ['amount=99999999999999999999', 'parameter_invalid_integer', 'amount'],
    ['amount=1&confirm=yes', 'parameter_invalid_boolean', 'confirm'],
    ['amount=1&colour=red', 'parameter_unknown', 'colour'],
    ['amount=1&nested[colour]=red', 'parameter_missing', 'nested[name]'],
    ['amount=1&nested[name]=x&nested[colour]=red', 'parameter_unknown', 'nested[colour]'],
  ])('%j is rejected with %s of %s', (text, code, param) => {
    expect(refusal(text)).toMatchObject({ type: 'invalid_request_error', code, param });
  });

  it('with a value of another type is rejected', () => {
    expect(refusal('amount[x]=1')).toMatchObject({ param: 'amount' });
    expect(refusal('amount=1&nested=x')).toMatchObject({ param: 'nested' });
    expect(refusal('amount=1&metadata[k][deep]=v')).toMatchObject({ param: 'metadata[k]' });
  });

  it('with metadata above its limits is rejected', () => {
    const many = Array.from({ length: 51 }, (_, index) => `&metadata[k${index}]=v`).join('');
    expect(refusal(`amount=1${many}`)).toMatchObject({ param: 'metadata' });
    expect(refusal(`amount=1&metadata[${'k'.repeat(41)}]=v`)).toMatchObject({ param: 'metadata' });
    expect(refusal(`amount=1&metadata[k]=${'v'.repeat(501)}`)).toMatchObject({ param: 'metadata' });
  });

  it('cannot change an object’s prototype', () => {
    const form: Form = parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(form)).toBeNull();
  });
});
