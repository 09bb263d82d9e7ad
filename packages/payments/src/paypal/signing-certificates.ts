import { X509Certificate, type KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';

import { DeadlineExchange, TransportError } from '../transport/deadline-exchange.js';

/** The key that a webhook is to be checked with, or why there is none. */
export type SigningKey =
  | { readonly kind: 'trusted'; readonly key: KeyObject }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string };

interface Options {
  readonly timeoutMs: number;
  /** Where other certificates than PayPal's are, and who issues them. */
  readonly instead?: { readonly origin: string; readonly authority: string } | undefined;
  readonly nowMs?: () => number;
}

interface Kept {
  readonly key: KeyObject;
  readonly untilMs: number;
}

const keepMs = 86_400_000;
/** PayPal has a few; more than these are not kept, whatever webhooks name. */
const maxKept = 16;
const maxChainLength = 6;

/**
 * The certificates with which PayPal signs webhooks, fetched from where a webhook says they are. That place is an
 * attacker's to choose until the signature is checked, so it must be PayPal's, and what is there must be issued to
 * PayPal by somebody whom everybody trusts.
 *
 * PayPal's own Java SDK checks the same: the chain, its validity, and the name `messageverificationcerts….paypal.com`.
 */
export class SigningCertificates {
  readonly #exchange = new DeadlineExchange();
  readonly #kept = new Map<string, Kept>();
  readonly #fetching = new Map<string, Promise<SigningKey>>();
  readonly #options: Options;
  readonly #nowMs: () => number;

  /** @throws TypeError when the configured origin or authority is none */
  constructor(options: Options) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    if (!options.instead) return;
    if (new URL(options.instead.origin).origin !== options.instead.origin) {
      throw new TypeError('the origin of webhook certificates has no path and no slash at its end');
    }
    if (readPem(options.instead.authority).length !== 1) {
      throw new TypeError('the authority of webhook certificates must be one certificate as PEM');
    }
  }

  async keyAt(certUrl: string): Promise<SigningKey> {
    const url = this.#allowed(certUrl);
    if (!url) return { kind: 'refused', message: "the webhook's certificate is not at PayPal" };
    const kept = this.#kept.get(url.href);
    if (kept && this.#nowMs() < kept.untilMs) return { kind: 'trusted', key: kept.key };
    const fetching =
      this.#fetching.get(url.href) ?? this.#fetch(url).finally(() => this.#fetching.delete(url.href));
    this.#fetching.set(url.href, fetching);
    return fetching;
  }

  #allowed(certUrl: string): URL | undefined {
    const url = URL.canParse(certUrl) ? new URL(certUrl) : undefined;
    if (url?.username !== '' || url.password !== '') return undefined;
    const { instead } = this.#options;
    if (instead) return url.origin === instead.origin ? url : undefined;
    const isPayPal = url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.paypal.com');
    return isPayPal && url.pathname.startsWith('/v1/notifications/certs/') ? url : undefined;
  }

  async #fetch(url: URL): Promise<SigningKey> {
    const unavailable = (why: string): SigningKey => ({
      kind: 'unavailable',
      message: `the certificate of PayPal's webhooks cannot be fetched: ${why}`,
    });
    try {
      const secure = url.protocol === 'https:';
      const answer = await this.#exchange.send({
        protocol: secure ? 'https' : 'http',
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (secure ? 443 : 80),
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: {},
        timeoutMs: this.#options.timeoutMs,
      });
      if (answer.statusCode !== 200) return unavailable(`HTTP ${answer.statusCode}`);
      return this.#trust(url.href, readPem(answer.body));
    } catch (error) {
      if (error instanceof TransportError) return unavailable(error.message);
      throw error;
    }
  }

  #trust(href: string, [leaf, ...others]: readonly X509Certificate[]): SigningKey {
    const refused = (message: string): SigningKey => ({ kind: 'refused', message });
    if (!leaf) return refused("the certificate of PayPal's webhooks cannot be read");
    if (!isPayPals(leaf)) return refused("the webhook's certificate was not issued to PayPal");
    const { instead } = this.#options;
    const anchors = instead ? readPem(instead.authority) : wellKnownAuthorities();
    if (!isIssuedBy(leaf, others, anchors, this.#nowMs())) {
      return refused("the webhook's certificate is not, or not any more, one that can be trusted");
    }
    const untilMs = Math.min(this.#nowMs() + keepMs, Date.parse(leaf.validTo));
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(href, { key: leaf.publicKey, untilMs });
    return { kind: 'trusted', key: leaf.publicKey };
  }
}

function readPem(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function isPayPals({ subject }: X509Certificate): boolean {
  return subject
    .split('\n')
    .some((part) => /^CN=messageverificationcerts(?:\.[a-z0-9-]+)*\.paypal\.com$/.test(part));
}

let authorities: readonly X509Certificate[] | undefined;

function wellKnownAuthorities(): readonly X509Certificate[] {
  authorities ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return authorities;
}

/** Follows the issuers from a certificate to one of the anchors, over certificates that came with it. */
export function isIssuedBy(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  nowMs: number,
): boolean {
  let current = leaf;
  for (let length = 1; length <= maxChainLength; length += 1) {
    if (!isValidAt(current, nowMs)) return false;
    const issued = current;
    const issues = (candidate: X509Certificate): boolean =>
      candidate.ca && issued.checkIssued(candidate) && issued.verify(candidate.publicKey);
    const anchor = anchors.find(issues);
    if (anchor) return isValidAt(anchor, nowMs);
    const next = intermediates.find((candidate) => candidate !== issued && issues(candidate));
    if (!next) return false;
    current = next;
  }
  return false;
}

function isValidAt({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs < Date.parse(validTo);
}
