import type { Schema } from './json-schema.js';

const strange = [
  ...[
    '',
    ' ',
    '  \u00a0',
    'a',
    '\u0000',
    'a\u0000b',
    'cut \ud83d',
    '\udca6 begun',
    'two\nlines',
    '\ttab',
    '\r\n',
  ],
  ...[
    'caf\u00e9',
    '\u4e2d\u6587',
    '\ud83e\uddf6',
    '\u202eevil',
    'line\u2028break',
    '\u007f',
    '\u0085',
    '\ufeff',
    '\uffff',
  ],
  ...[
    'null',
    '__proto__',
    'constructor',
    "'; DROP TABLE orders; --",
    '%s%n%00',
    '../..',
    '<script>',
    '[x](y)',
  ],
  ...[
    '0',
    '-0',
    '-1',
    '1.',
    '.5',
    '01',
    '1e5',
    '1E400',
    '0x10',
    'NaN',
    'Infinity',
    '+1',
    '1,5',
    ' 1',
    '0.001',
    '0.0001',
  ],
  ...['10', '10.5', '10.50', '10.000', '999999999999', '9999999999.99', '10000000000.00', '0.00'],
  ...['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  ...[
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2099-02-28T23:59:60Z',
    '+010000-01-01T00:00:00Z',
    '2099-12-31',
  ],
];

/** Texts at and just beyond what a schema allows, and those that things trip over. */
export function textsAround({ minLength = 0, maxLength = 300 }: Schema): readonly string[] {
  const [least, most] = [Number(minLength), Number(maxLength)];
  const lengths = [least - 1, least, most - 1, most, most + 1].filter((length) => length >= 0);
  return [
    ...strange,
    ...lengths.flatMap((length) => ['x', '\u00e9', '\ud83e\uddf6', '"'].map((one) => one.repeat(length))),
  ];
}

/** Numbers at and just beyond what a schema allows, and those that things trip over. */
export function numbersAround({ minimum = 0, maximum = 2 ** 53 - 1 }: Schema): readonly number[] {
  const [least, most] = [Number(minimum), Number(maximum)];
  const strange = [
    0, -0, 1, -1, 2, 10, 1.5, 0.1, 89.99, 0.005, 0.30000000000000004, 1e-7, 1e21, 1e308, 5e-324,
  ];
  const sizes = [2 ** 15, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63];
  return [...strange, ...sizes, least - 1, least, least + 1, most - 1, most, most + 1];
}
