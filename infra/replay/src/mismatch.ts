import type { RecordedRun } from './recorded-run.js';

/** The point where the present code diverges from a history. */
export interface Mismatch {
  /** The event that the present code does not produce, if known. */
  readonly event?: string;
  readonly why: string;
}

type HistoryEvent = NonNullable<RecordedRun['history']['events']>[number];

/**
 * Describes a failed replay in one line. The SDK's text is made for its own developers; the useful message is quoted in
 * it.
 */
export function describeMismatch(error: Error, { history }: RecordedRun): Mismatch {
  const [, quoted] = /Failure \{ message: ("(?:[^"\\]|\\.)*")/.exec(error.message) ?? [];
  const why = (quoted === undefined ? error.message : unquote(quoted))
    .replace(/^\[TMPRL1100\] Nondeterminism error: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const event = findEvent(why, history.events ?? []);
  return event ? { event: describeEvent(event), why } : { why };
}

/** The event that the text names, by its number or as the only possible one. */
function findEvent(why: string, events: readonly HistoryEvent[]): HistoryEvent | undefined {
  const [, id] = /HistoryEvent\(id: (\d+)/.exec(why) ?? [];
  if (id !== undefined) return events.find(({ eventId }) => String(eventId) === id);
  const [, activity] = /scheduled event '([^']+)'/.exec(why) ?? [];
  const scheduled = events.filter((event) => activity !== undefined && activityOf(event) === activity);
  return scheduled.length === 1 ? scheduled[0] : undefined;
}

function describeEvent(event: HistoryEvent): string {
  // The name of an event's attributes has its type, so no list of types is needed.
  const attributes = Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value);
  const type = attributes?.[0].replace('EventAttributes', '') ?? 'of an unknown type';
  const activity = activityOf(event);
  return `event ${String(event.eventId)} (${type}${activity === undefined ? '' : ` ${activity}`})`;
}

function activityOf(event: HistoryEvent): string | undefined {
  return event.activityTaskScheduledEventAttributes?.activityType?.name ?? undefined;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string; // A quoted text is a JSON string.
  } catch {
    return text.slice(1, -1);
  }
}
