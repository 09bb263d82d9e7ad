// Ends a stack with the npm process that started it, also when npm is killed.

const everyMs = 250;

/** Sends this process a SIGTERM when its parent has ended. */
export function endWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, everyMs);
  timer.unref();
}
