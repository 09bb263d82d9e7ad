import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as contracts from '@oms/contracts/temporal';
import * as workflows from '@oms/workflows';
import { historyFromJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';

import { workflowPaths } from './workflow-paths.js';

const recorded = fileURLToPath(new URL('../../../../workflows/histories/', import.meta.url));

interface Recording {
  /** The name of the file. */
  readonly file: string;
  readonly events: readonly Event[];
}
type Event = NonNullable<History['events']>[number];

function recordingsIn(folder: string): readonly Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const history = historyFromJSON(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
      return { file, events: history.events ?? [] };
    });
}

/** Those that the recorder wrote; what people have fetched is theirs. */
const recordings = recordingsIn(recorded);
const events = recordings.flatMap((recording) => recording.events);

/** The sources of all workflows, as text: what they name there cannot be asked of them outside of a workflow. */
const sourceFolder = fileURLToPath(new URL('../../../../workflows/src/', import.meta.url));
const sources = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing\//.test(file))
  .map((file) => readFileSync(path.join(sourceFolder, file), 'utf8'))
  .join('\n');

/** The names of all Updates, or of all signals, that the contracts define, whatever object they stand in. */
function definitionsOf(type: 'update' | 'signal'): readonly string[] {
  const definitions: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value && value.type === type && 'name' in value) definitions.push(String(value.name));
    else Object.values(value).forEach(look);
  };
  look({ ...contracts });
  return definitions;
}

/** What all matches of a pattern in the sources have in their first group. */
const inSources = (pattern: RegExp): readonly string[] =>
  [...sources.matchAll(pattern)].map(([, group = '']) => group.trim());

type Marker = NonNullable<Event['markerRecordedEventAttributes']>;

/** A field of what the SDK has noted in a marker of this name. */
function noted(marker: Marker | null | undefined, name: string, detail: string, field: string): unknown {
  const data = marker?.markerName === name ? marker.details?.[detail]?.payloads?.[0]?.data : undefined;
  return data && (JSON.parse(Buffer.from(data).toString()) as Readonly<Record<string, unknown>>)[field];
}

const isIn = (nameIn: (event: Event) => unknown, name: string): boolean =>
  events.some((event) => nameIn(event) === name);

describe.each<{
  readonly what: string;
  readonly names: readonly string[];
  readonly nameIn: (event: Event) => unknown;
}>([
  {
    what: 'workflow',
    names: Object.keys(workflows),
    nameIn: (event) => event.workflowExecutionStartedEventAttributes?.workflowType?.name,
  },
  {
    what: 'Update',
    names: definitionsOf('update'),
    // Accepted: one that a validator refuses leaves nothing in the history.
    nameIn: (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name,
  },
  {
    what: 'signal',
    names: definitionsOf('signal'),
    nameIn: (event) => event.workflowExecutionSignaledEventAttributes?.signalName,
  },
  {
    what: 'activity',
    names: inSources(/\bconst \{([^}]+)\} = proxy(?:Local)?Activities\b/g).flatMap((names) =>
      names.split(',').map((name) => name.replace(/:.*/, '').trim()),
    ),
    nameIn: (event) =>
      event.activityTaskScheduledEventAttributes?.activityType?.name ??
      noted(event.markerRecordedEventAttributes, 'core_local_activity', 'data', 'activity_type'),
  },
])('every $what of the present code', ({ names, nameIn }) => {
  it('is found', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('is in a recorded history: %s', (name) => {
    expect(isIn(nameIn, name)).toBe(true);
  });
});

const recordingsOf = (name: string) => recordings.filter(({ file }) => file.startsWith(`${name}.`));

describe('every path', () => {
  it.each(workflowPaths.map(({ name }) => name))('has been recorded: %s', (name) => {
    expect(recordingsOf(name)).not.toEqual([]);
  });
});
