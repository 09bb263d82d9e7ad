// Ends a stack when the npm process that started it ends, even if npm is killed.

const everyMs = 250;

/** Sends this process SIGTERM when its parent has ended. */
export function endWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, everyMs);
  timer.unref();
}
