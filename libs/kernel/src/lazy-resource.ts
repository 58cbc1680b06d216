/** A resource that is opened with its first use. Where opening fails, the next use tries again. */
export class LazyResource<Resource extends { close(): unknown }> {
  private opened: Promise<Resource> | undefined;
  private readonly open: () => Promise<Resource>;

  constructor(open: () => Promise<Resource>) {
    this.open = open;
  }

  /** @throws what opening it threw */
  get(): Promise<Resource> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  /** Closes what was opened; what never was stays as it is. */
  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    await opened?.close();
  }
}
