import { sleep } from '@temporalio/workflow';

/** A workflow of the same name with another first step, like a version of another time. */
export async function orderWorkflow(): Promise<string> {
  await sleep('1ms');
  return 'done';
}
