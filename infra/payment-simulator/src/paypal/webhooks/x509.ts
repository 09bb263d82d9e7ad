import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate that was issued here, and its key. Both as PEM. */
export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface Issuer {
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

const yearMs = 365 * 86_400_000;
const oids = {
  commonName: '550403',
  sha256WithRsa: '2a864886f70d01010b',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
} as const;

/** One ASN.1 element in DER: tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...items: readonly Buffer[]): Buffer => der(0x30, ...items);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const signatureAlgorithm = (): Buffer => sequence(objectId(oids.sha256WithRsa), der(0x05));

function nameOf(commonName: string): Buffer {
  const attribute = sequence(objectId(oids.commonName), der(0x0c, Buffer.from(commonName, 'utf8')));
  return sequence(der(0x31, attribute));
}

/** GeneralizedTime, which holds dates after 2049 too. */
function timeOf(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text, 'ascii'));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(oid), ...flag, der(0x04, value));
}

/** Issues an X.509 v3 certificate for a new RSA key: of an authority itself, or of a host by an authority. */
function issue(commonName: string, authority: Issuer | undefined, nowMs: number) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const { issuerName, issuerKey } = authority
    ? { issuerName: authority.commonName, issuerKey: authority.privateKey }
    : { issuerName: commonName, issuerKey: privateKey };
  const extensions = authority
    ? extension(oids.subjectAltName, false, sequence(der(0x82, Buffer.from(commonName, 'ascii'))))
    : extension(oids.basicConstraints, true, sequence(der(0x01, Buffer.from([0xff]))));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    signatureAlgorithm(),
    nameOf(issuerName),
    sequence(timeOf(nowMs - 86_400_000), timeOf(nowMs + 10 * yearMs)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const certificate = sequence(body, signatureAlgorithm(), der(0x03, Buffer.from([0]), signature));
  const lines = certificate
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd();
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    privateKey,
  };
}

/** An authority of its own, and a certificate that it has issued for a host. Takes up to a second. */
export function issueHostCertificate(
  host: string,
  nowMs: number,
): IssuedCertificate & { readonly authorityPem: string } {
  const commonName = 'Payment Simulator Authority';
  const authority = issue(commonName, undefined, nowMs);
  const { certificatePem, privateKeyPem } = issue(
    host,
    { commonName, privateKey: authority.privateKey },
    nowMs,
  );
  return { certificatePem, privateKeyPem, authorityPem: authority.certificatePem };
}
