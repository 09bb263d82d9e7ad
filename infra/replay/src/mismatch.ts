import type { RecordedRun } from './recorded-run.js';

/** Where a history and the present code part. */
export interface Mismatch {
  /** The event that the present code does not lead to, where that is known. */
  readonly event?: string;
  readonly why: string;
}

type HistoryEvent = NonNullable<RecordedRun['history']['events']>[number];

/**
 * Says in one line what the replay found. The SDK gives a text that is made for programmers of the SDK: what they
 * wrote themselves is quoted in it.
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

/** The event that the text names, by its number or as the only one that it can be. */
function findEvent(why: string, events: readonly HistoryEvent[]): HistoryEvent | undefined {
  const [, id] = /HistoryEvent\(id: (\d+)/.exec(why) ?? [];
  if (id !== undefined) return events.find(({ eventId }) => String(eventId) === id);
  const [, activity] = /scheduled event '([^']+)'/.exec(why) ?? [];
  const scheduled = events.filter((event) => activity !== undefined && activityOf(event) === activity);
  return scheduled.length === 1 ? scheduled[0] : undefined;
}

function describeEvent(event: HistoryEvent): string {
  // The attributes of an event are named after its type, and that without any enumeration of types.
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
    return JSON.parse(text) as string; // A quoted text is one.
  } catch {
    return text.slice(1, -1);
  }
}
