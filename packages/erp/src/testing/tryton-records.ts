import { z } from 'zod';

import { adminPassword } from './tryton-installation.js';

/** Reads and changes records of a Tryton directly, as a person does, without the adapter and its proxy. */
export class TrytonRecords {
  readonly #url: string;
  #authorization: string | undefined;
  #context: unknown;

  constructor(baseUrl: string) {
    this.#url = `${baseUrl}/oms/rpc/`;
  }

  async call(method: string, ...params: unknown[]): Promise<unknown> {
    if (this.#authorization === undefined) {
      const login = await this.#post('common.db.login', ['admin', { password: adminPassword }, 'en']);
      const [userId, token] = z.tuple([z.number(), z.string()], z.unknown()).parse(login);
      this.#authorization = `Session ${Buffer.from(`admin:${userId}:${token}`).toString('base64')}`;
      this.#context = await this.#post('model.res.user.get_preferences', [true, {}]);
    }
    return this.#post(method, [...params, this.#context]);
  }

  async find(model: string, domain: unknown, fields: string[]): Promise<Record<string, unknown>[]> {
    const found = await this.call(`model.${model}.search_read`, domain, 0, null, [['id', 'ASC']], fields);
    return z.array(z.record(z.string(), z.unknown())).parse(found);
  }

  async #post(method: string, params: unknown[]): Promise<unknown> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
      },
      body: JSON.stringify({ id: 1, method, params }),
    });
    const answer = z.record(z.string(), z.unknown()).parse(await response.json());
    if ('error' in answer) throw new Error(`${method}: ${JSON.stringify(answer['error'])}`);
    return answer['result'];
  }
}
