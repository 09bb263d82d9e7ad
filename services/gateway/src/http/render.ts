import type { ErrorRequestHandler, Response } from 'express';

import { errorResponse } from './error-response.js';
import { HtmlDocument, PdfFile, type HttpResponse } from './http-response.js';
import { contextOf } from './request-context.js';
import { contentPolicy } from './security-headers.js';

/** Renders the result of a handler. */
export function render(response: Response, { status, headers, body }: HttpResponse): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== undefined) response.setHeader(name, value);
  if (body instanceof HtmlDocument) {
    response.setHeader('Content-Security-Policy', contentPolicy({ styles: body.styles }));
    response.type('html').send(body.html);
  } else if (body instanceof PdfFile) {
    response.setHeader('Content-Disposition', `inline; filename="${body.fileName}"`);
    response.type('application/pdf').send(body.bytes);
  } else response.json(body);
}

/** Renders any thrown error. Must be the last middleware. */
export function renderErrors(): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const { log } = contextOf(request);
    const answer = errorResponse(error, request.path);
    if (answer.status >= 500) log.error({ err: error }, 'the request failed');
    else log.debug({ err: error }, 'the request was refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    render(response, answer);
  };
}
