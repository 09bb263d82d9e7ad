import { createRedactor, TransportError, type HttpExchange } from '@oms/outbound';
import { z } from 'zod';

import { createErpExchange, type ErpNetwork } from '../transport/erp-network.js';
import { readTransportError } from '../transport/read-transport-error.js';
import { readRpcAnswer } from './read-rpc-answer.js';
import { needsOperator, TrytonFailure } from './tryton-failure.js';
import type { TrytonSettings } from './tryton-settings.js';

/** The user's context in Tryton. Each request must send it. */
export type TrytonContext = Readonly<Record<string, unknown>> & { readonly company: number };

interface Session {
  readonly url: URL;
  readonly authorization: string;
  readonly context: TrytonContext;
}

const loginSchema = z.tuple([z.number(), z.string()], z.unknown());
const contextSchema = z.looseObject({ company: z.number() });

/**
 * Calls methods of Tryton's models as one user. Logs in at the first call and shares the session among all calls. A
 * call that finds the session expired logs in again once.
 *
 * Tryton's keys of user applications are not usable here: they give access to the routes of one application, not to
 * the models.
 */
export class TrytonRpc {
  readonly #settings: TrytonSettings;
  readonly #network: ErpNetwork;
  readonly #exchange: HttpExchange;
  #session: Promise<Session> | undefined;

  constructor(settings: TrytonSettings, network: ErpNetwork) {
    this.#settings = settings;
    this.#network = network;
    this.#exchange = createErpExchange(network);
  }

  /**
   * @param answer the schema of the method's result
   * @param method such as `model.sale.sale.read`
   * @param context additions to the user's context
   * @throws TrytonFailure
   */
  async call<Answer>(
    answer: z.ZodType<Answer>,
    method: string,
    params: readonly unknown[],
    context: Readonly<Record<string, unknown>> = {},
  ): Promise<Answer> {
    return readAs(answer, await this.#callLoggedIn(method, params, context));
  }

  async context(): Promise<TrytonContext> {
    return (await this.#login()).context;
  }

  async #callLoggedIn(
    method: string,
    params: readonly unknown[],
    context: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const session = this.#login();
    try {
      return await this.#callIn(await session, method, params, context);
    } catch (error) {
      if (!(error instanceof TrytonFailure) || error.reason !== 'not_logged_in') throw error;
      // The first call that finds the session expired drops it. Others share the new one.
      if (this.#session === session) this.#session = undefined;
      return this.#callIn(await this.#login(), method, params, context);
    }
  }

  #callIn(
    session: Session,
    method: string,
    params: readonly unknown[],
    context: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    return this.#post(
      session.url,
      method,
      [...params, { ...session.context, ...context }],
      session.authorization,
    );
  }

  #login(): Promise<Session> {
    this.#session ??= this.#openSession().catch((error: unknown) => {
      this.#session = undefined;
      throw withoutEffect(error);
    });
    return this.#session;
  }

  async #openSession(): Promise<Session> {
    const { user, password } = this.#settings;
    const { url, result } = await this.#firstLogin([user, { password }, 'en']);
    const [userId, token] = readAs(loginSchema, result);
    const authorization = `Session ${Buffer.from(`${user}:${userId}:${token}`).toString('base64')}`;
    const preferences = await this.#post(url, 'model.res.user.get_preferences', [true, {}], authorization);
    const context = contextSchema.safeParse(preferences);
    if (!context.success) throw needsOperator(`The Tryton user ${user} has no company`);
    return { url, authorization, context: context.data };
  }

  /** Logs in, and finds the path of the RPC: `/<database>/rpc/` since Tryton 8.0, `/<database>/` before. */
  async #firstLogin(params: readonly unknown[]): Promise<{ url: URL; result: unknown }> {
    const base = `${this.#settings.url.href.replace(/\/$/, '')}/${this.#settings.database}/`;
    const [current, former] = [new URL(`${base}rpc/`), new URL(base)];
    try {
      return { url: current, result: await this.#post(current, 'common.db.login', params) };
    } catch (error) {
      if (!(error instanceof TrytonFailure) || error.reason !== 'no_such_path') throw error;
      return { url: former, result: await this.#post(former, 'common.db.login', params) };
    }
  }

  async #post(
    url: URL,
    method: string,
    params: readonly unknown[],
    authorization?: string,
  ): Promise<unknown> {
    const redact = createRedactor([this.#settings.password, ...(authorization ? [authorization] : [])]);
    try {
      const answer = await this.#exchange.send({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          'accept-encoding': 'gzip',
          ...(authorization ? { authorization } : {}),
        },
        // Tryton accepts only bodies with exactly these three keys as JSON-RPC.
        body: JSON.stringify({ id: 1, method, params }),
      });
      return readRpcAnswer(answer, redact, this.#network.maxAnswerBytes);
    } catch (error) {
      if (error instanceof TransportError) throw new TrytonFailure(readTransportError(error, redact));
      throw error;
    }
  }
}

function readAs<Answer>(schema: z.ZodType<Answer>, value: unknown): Answer {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TrytonFailure({
    kind: 'unknown',
    message: 'Tryton gave an answer that is not what was asked for',
  });
}

/** Converts `unknown` failures of a login to transient ones: a login has no effect on orders. */
function withoutEffect(error: unknown): unknown {
  if (!(error instanceof TrytonFailure) || error.fault.kind !== 'unknown') return error;
  return new TrytonFailure({ kind: 'transient', message: `Logging in failed. ${error.fault.message}` });
}
