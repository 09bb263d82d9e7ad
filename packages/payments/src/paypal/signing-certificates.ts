import { X509Certificate, type KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';

import { HttpExchange, TransportError } from '@oms/outbound';

/** The key that verifies a webhook, or the reason why there is none. */
export type SigningKey =
  | { readonly kind: 'trusted'; readonly key: KeyObject }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string };

interface Options {
  readonly timeoutMs: number;
  /** Replaces PayPal's own address and authority, for the payment simulator. */
  readonly instead?: { readonly origin: string; readonly authority: string } | undefined;
  readonly nowMs?: () => number;
}

interface Kept {
  readonly key: KeyObject;
  readonly untilMs: number;
}

const keepMs = 86_400_000;
/** The largest number of cached certificates. PayPal has a few, but forged webhooks may name any number. */
const maxKept = 16;
const maxChainLength = 6;

/** The pause before an address that had no valid certificate is asked again. */
const failureMs = 10_000;
const maxFailures = 1_000;
/** The limits for addresses that never had a trusted certificate: concurrent requests, and requests in a minute. */
const maxAtOnce = 2;
const maxPerMinute = 10;
const minuteMs = 60_000;
/** Far above the 8 KB of a usual chain of certificates. */
const maxCertificateBytes = 64 * 1024;

/**
 * Fetches and caches the certificates with which PayPal signs webhooks, from the address that each webhook names. An
 * attacker may have chosen that address, because the signature is not verified yet. The address must therefore be
 * PayPal's, and its certificate must be issued to PayPal by a trusted authority.
 *
 * Forged webhooks must not make this process send PayPal many requests, so unknown addresses are asked a few times a
 * minute at most. Addresses that have had a trusted certificate are exempt, so that forged webhooks cannot block
 * PayPal's own.
 *
 * PayPal's own Java SDK checks the same: the chain, its validity, and the name
 * `messageverificationcerts….paypal.com`.
 */
export class SigningCertificates {
  readonly #exchange: HttpExchange;
  readonly #kept = new Map<string, Kept>();
  readonly #fetching = new Map<string, Promise<SigningKey>>();
  /** The addresses without a valid certificate, each until the time of its next attempt. */
  readonly #failed = new Map<string, { readonly found: SigningKey; readonly untilMs: number }>();
  /** The times of requests to unknown addresses in the last minute. */
  #askedAtMs: readonly number[] = [];
  readonly #options: Options;
  readonly #nowMs: () => number;

  /** @throws TypeError for an invalid origin or authority in the configuration */
  constructor(options: Options) {
    this.#options = options;
    this.#exchange = new HttpExchange({ timeoutMs: options.timeoutMs, maxAnswerBytes: maxCertificateBytes });
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
    const running = this.#fetching.get(url.href);
    if (running) return running;
    const failed = this.#failed.get(url.href);
    if (failed && this.#nowMs() < failed.untilMs) return failed.found;
    if (!kept && !this.#mayAsk()) {
      return unavailable('too many others are asked for, try again in a minute');
    }
    const fetching = this.#fetch(url)
      .then((found) => {
        if (found.kind !== 'trusted') this.#noteFailure(url.href, found);
        return found;
      })
      .finally(() => this.#fetching.delete(url.href));
    this.#fetching.set(url.href, fetching);
    return fetching;
  }

  /** Counts a request to an unknown address, if the limit permits it. */
  #mayAsk(): boolean {
    const nowMs = this.#nowMs();
    this.#askedAtMs = this.#askedAtMs.filter((askedAtMs) => askedAtMs > nowMs - minuteMs);
    if (this.#fetching.size >= maxAtOnce || this.#askedAtMs.length >= maxPerMinute) return false;
    this.#askedAtMs = [...this.#askedAtMs, nowMs];
    return true;
  }

  #noteFailure(href: string, found: SigningKey): void {
    if (this.#failed.size >= maxFailures) this.#failed.clear();
    this.#failed.set(href, { found, untilMs: this.#nowMs() + failureMs });
  }

  #allowed(certUrl: string): URL | undefined {
    const url = URL.canParse(certUrl) ? new URL(certUrl) : undefined;
    // Accepts only one spelling of an address, without query and fragment.
    if (url?.href !== certUrl || url.href !== `${url.origin}${url.pathname}`) return undefined;
    const { instead } = this.#options;
    if (instead) return url.origin === instead.origin ? url : undefined;
    const isPayPal = url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.paypal.com');
    return isPayPal && url.pathname.startsWith('/v1/notifications/certs/') ? url : undefined;
  }

  async #fetch(url: URL): Promise<SigningKey> {
    try {
      const answer = await this.#exchange.send({ method: 'GET', url });
      if (answer.statusCode !== 200) return unavailable(`HTTP ${answer.statusCode}`);
      return this.#trust(url.href, readPem(answer.body.toString('utf8')));
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

function unavailable(why: string): SigningKey {
  return {
    kind: 'unavailable',
    message: `the certificate of PayPal's webhooks cannot be fetched: ${why}`,
  };
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

/** Whether a chain of issuers leads from a certificate to an anchor, through certificates that came with it. */
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
