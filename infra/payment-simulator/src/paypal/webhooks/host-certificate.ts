import 'reflect-metadata'; // `@peculiar/x509` needs it before its own import.

import { KeyObject, randomBytes, webcrypto } from 'node:crypto';

import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A key and its certificates, as PEM. */
export interface HostCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** The certificate of the authority that issued `certificatePem`. */
  readonly authorityPem: string;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const dayMs = 86_400_000;
const authorityName = 'CN=Payment Simulator Authority';

/** Makes a certificate authority, and lets it issue a certificate for a host. Takes up to a second. */
export async function issueHostCertificate(host: string, nowMs: number): Promise<HostCertificate> {
  const period = { notBefore: new Date(nowMs - dayMs), notAfter: new Date(nowMs + 3_650 * dayMs) };
  const [authorityKeys, keys] = [await newKeys(), await newKeys()];
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...period,
      name: authorityName,
      keys: authorityKeys,
      signingAlgorithm: algorithm,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    },
    webcrypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      ...period,
      serialNumber: `01${randomBytes(15).toString('hex')}`,
      subject: `CN=${host}`,
      issuer: authorityName,
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
    },
    webcrypto,
  );
  return {
    certificatePem: certificate.toString('pem'),
    privateKeyPem: String(KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })),
    authorityPem: authority.toString('pem'),
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
