/**
 * A request that cannot be understood. The gateway answers it with 400; sending the same request again gives the
 * same answer. The message is meant for the client: it starts with the path of the field and never repeats a
 * value that the client sent.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    message: string,
    /** The path of the field at fault, such as `items[0].quantity`. Absent when it is the request as a whole. */
    readonly field?: string,
  ) {
    super(message);
  }
}

/** A path that names something that cannot be there: 404. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError';

  /** @param noun what there is none of, such as `order` */
  constructor(noun: string) {
    super(`there is no such ${noun}`);
  }
}
