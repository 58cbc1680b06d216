/** Resolves when a person or a supervisor asks the process to stop, or the parent that started it is gone. A second time stops it at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const stop = (): void => {
      if (++asked > 1) process.exit(130);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.once('disconnect', stop);
  });
}
