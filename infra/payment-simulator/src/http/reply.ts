import type { Response } from 'express';

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The outcome of a request: an answer, a reset connection, or nothing because the client has gone. */
export type Reply = Answer | { readonly kind: 'reset' } | { readonly kind: 'gone' };

export function send(reply: Reply, response: Response): void {
  switch (reply.kind) {
    case 'answer':
      response
        .status(reply.status)
        .set(reply.headers)
        .set('content-type', 'application/json')
        .end(reply.body);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'gone':
      // If this process is about to end, its client must not wait in vain.
      response.socket?.destroy();
      return;
  }
}

/** Aborted when the client has closed its connection before it was answered. */
export function abortedOnDeparture(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
