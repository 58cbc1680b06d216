/** What of an OpenAPI document is read here. */
export interface Description {
  readonly paths: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly fits: RegExp;
  readonly parameters: number;
}

/** How long what a service has said is taken for all it answers: it may be replaced by one that answers more. */
const REFRESH_AFTER_MS = 10_000;

/** Which service answers which path, as each says itself in its OpenAPI document. */
export class ServiceRoutes {
  private readonly routes = new Map<string, readonly Route[]>();
  private asking: Promise<void> | undefined;
  private askedAt = -Infinity;

  /**
   * @param services  in the order in which they are taken where several answer a path
   * @param describe  what a service says of itself; undefined while it does not answer
   * @param now       milliseconds
   */
  constructor(
    private readonly services: readonly string[],
    private readonly describe: (service: string) => Promise<Description | undefined>,
    private readonly now: () => number,
  ) {}

  /** The service that answers this path, without its query; those that may have come to answer it are asked first where none is known. */
  async serviceOf(path: string): Promise<string | undefined> {
    const known = this.find(path);
    if (known !== undefined) return known;
    await this.ask();
    return this.find(path);
  }

  /** Services that have not said yet what they answer. */
  silent(): string[] {
    return this.services.filter((service) => !this.routes.has(service));
  }

  /** Asks those that are silent, and all of them from time to time; whoever comes meanwhile waits for the same answers. */
  ask(): Promise<void> {
    this.asking ??= this.askServices(this.isOld() ? this.services : this.silent()).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private isOld(): boolean {
    return this.now() - this.askedAt >= REFRESH_AFTER_MS;
  }

  private async askServices(services: readonly string[]): Promise<void> {
    if (this.isOld()) this.askedAt = this.now();
    await Promise.all(
      services.map(async (service) => {
        const description = await this.describe(service);
        if (description) this.routes.set(service, Object.keys(description.paths).map(routeOf));
      }),
    );
  }

  /** Of those that fit, the one that leaves least open. */
  private find(path: string): string | undefined {
    const fitting = this.services.flatMap((service) =>
      (this.routes.get(service) ?? [])
        .filter(({ fits }) => fits.test(path))
        .map(({ parameters }) => ({ service, parameters })),
    );
    return fitting.toSorted((a, b) => a.parameters - b.parameters)[0]?.service;
  }
}

/** `/v1/content/{id}/feedback` */
function routeOf(template: string): Route {
  const parts = template.split(/\{[^}]+\}/);
  const literal = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { fits: new RegExp(`^${literal.join('[^/]+')}/?$`), parameters: parts.length - 1 };
}
