import { percentile } from '../statistics.js';
import type { HealthSeen } from './health-probe.js';
import type { FloodCounts } from './hostile-client.js';

interface Usage {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

/** The figures of a soak. */
export interface SoakFigures {
  /** The exit of the gateway; absent if it kept running. */
  readonly ended?: string;
  /** The baseline of the machine, before the flood. */
  readonly healthBefore: HealthSeen;
  readonly health: HealthSeen;
  readonly flood: FloodCounts;
  readonly descriptors: Usage;
  readonly residentMib: Usage;
  /** Share of one processor during the flood. */
  readonly cpuShare: number;
}

const healthP99LimitMs = 100;

/** The violated limits, as sentences. Empty if the gateway passes. */
export function faultsOf({ ended, health, descriptors }: SoakFigures): readonly string[] {
  const faults: string[] = [];
  if (ended !== undefined) faults.push(`the gateway ended: ${ended}`);
  if (health.failed > 0) faults.push(`${health.failed} requests to /healthz were not answered`);
  if (health.tookMs.length === 0) faults.push('/healthz was never answered');
  else if (percentile(health.tookMs, 0.99) > healthP99LimitMs) {
    faults.push(`/healthz took more than ${healthP99LimitMs} ms (p99)`);
  }
  if (descriptors.after > descriptors.before) {
    faults.push(`the gateway still has ${descriptors.after - descriptors.before} descriptors too many`);
  }
  return faults;
}

/** Renders the figures for people. */
export function describeFigures(figures: SoakFigures): string {
  const { healthBefore, health, flood, descriptors, residentMib, cpuShare } = figures;
  const usage = ({ before, most, after }: Usage): string =>
    `${before.toFixed()} before, ${most.toFixed()} at most, ${after.toFixed()} after`;
  return [
    `/healthz before      ${describeHealth(healthBefore)}`,
    `/healthz             ${describeHealth(health)}`,
    `hostile connections  ${flood.opened} opened; ${flood.ended} refused and ended, ${flood.reset} dropped or reset by the gateway`,
    `open descriptors     ${usage(descriptors)}`,
    `resident memory      ${usage(residentMib)} (MiB)`,
    `processor time       ${(cpuShare * 100).toFixed()} % of one core`,
    '',
  ].join('\n');
}

function describeHealth({ tookMs, failed }: HealthSeen): string {
  if (tookMs.length === 0) return `none answered, ${failed} not`;
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => `${percentile(tookMs, share).toFixed(1)} ms`);
  return `${tookMs.length} answered, ${failed} not; p50 ${p50}, p99 ${p99}, most ${most}`;
}
