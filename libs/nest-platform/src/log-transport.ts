import { eventName, type EventDefinition, eventDefinitions, topics } from '@contentflow/contracts';
import { deadLetterTopic, type GroupSubscription, type OpenDeadLetter } from '@contentflow/event-log';
import type { Reaction, StoredEvent } from '@contentflow/kernel';
import { type ArgumentsHost, Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import { startStopwatch } from './adapters/stopwatch.ts';
import { metrics } from './metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Platform } from './platform.ts';
import { replayed } from './replayed-letter.ts';
import { handleInTrace, inOpenTrace } from './tracing.ts';

/** The pattern of a handler: `@EventPattern(on('monitor', ContentGenerated))`. The service is its consumer group. */
export const on = (service: string, definition: EventDefinition): { service: string; type: string } => ({
  service,
  type: definition.type,
});

/**
 * Nest's event handlers over the log, whichever engine runs it. A handler gets the event as its contract has it, and
 * returns the events that answer it; they are appended in one transaction with the offset.
 */
export class LogTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly subscriptions: Promise<GroupSubscription>[] = [];
  /** Dead-letter topics that requests of replays are taken from, by service. */
  private readonly replaying = new Set<string>();

  constructor(
    private readonly platform: Pick<Platform, 'clock' | 'log' | 'logger'>,
    private readonly deadLetters: Pick<DeadLetters, 'onReplayRequested' | 'letterOf'>,
  ) {
    super();
  }

  async listen(ready: (error?: unknown) => void): Promise<void> {
    try {
      const services = this.byService();
      for (const [service, handlers] of services) await this.subscribe(service, handlers);
      this.deadLetters.onReplayRequested((letter) => this.replay(letter, services.get(letter.consumer)));
      ready();
    } catch (error) {
      ready(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map(async (subscription) => (await subscription).stop()));
  }

  on(): void {}

  unwrap<T>(): T {
    return this.platform.log as T;
  }

  private byService(): Map<string, Map<string, MessageHandler>> {
    const services = new Map<string, Map<string, MessageHandler>>();
    for (const [pattern, handler] of this.messageHandlers) {
      const { service, type } = JSON.parse(pattern) as ReturnType<typeof on>;
      services.set(service, (services.get(service) ?? new Map()).set(type, handler));
    }
    return services;
  }

  private async subscribe(service: string, handlers: ReadonlyMap<string, MessageHandler>): Promise<void> {
    const wanted = new Set([...handlers.keys()].map((type) => definitionOf(type).topic));
    const subscription = this.platform.log.subscribe({
      group: service,
      topics: topics.map(({ name }) => name).filter((name) => wanted.has(name)),
      handle: (event) => handle(service, handlers.get(event.type), event),
    });
    this.subscriptions.push(subscription);
    await subscription;
  }

  /**
   * From the first request on, one member of the service's replays handles the events of its letters once more. Few processes
   * ever see one, so nobody joins that group before.
   */
  private replay(
    { consumer: service, topic }: OpenDeadLetter,
    handlers: Map<string, MessageHandler> | undefined,
  ): void {
    if (!handlers || this.replaying.has(`${service} ${topic}`)) return;
    this.replaying.add(`${service} ${topic}`);
    const { clock, log, logger } = this.platform;
    const subscription = log.subscribe({
      group: `${service}.replays`,
      topics: [deadLetterTopic(topic)],
      handle: (request) =>
        replayed({
          request,
          service,
          letter: (id) => this.deadLetters.letterOf(id, request),
          handle: (event) => handle(service, handlers.get(event.type), event),
          at: clock.now(),
        }),
    });
    subscription.catch((error: unknown) => logger.error({ err: error, service }, 'replays cannot be taken'));
    this.subscriptions.push(subscription);
  }
}

async function handle(service: string, handler: MessageHandler | undefined, event: StoredEvent): Promise<Reaction> {
  if (!handler) return [];
  const meter = metrics();
  if (!meter && event.traceparent === undefined) return react(handler, event);
  const seconds = startStopwatch();
  try {
    const name = `${service} ${eventName(event.type)}`;
    const work = async () => inOpenTrace(await react(handler, event));
    const reaction = await handleInTrace(event, name, { 'messaging.consumer.group.name': service }, work);
    meter?.eventHandled(service, event.type, seconds(), 'ok');
    return reaction;
  } catch (error) {
    meter?.eventHandled(service, event.type, seconds(), 'failed');
    throw error;
  }
}

async function react(handler: MessageHandler, event: StoredEvent): Promise<Reaction> {
  const result: unknown = await handler(event);
  return ((isObservable(result) ? await lastValueFrom(result as Observable<unknown>) : result) ?? []) as Reaction;
}

function definitionOf(type: string): EventDefinition {
  const definition = eventDefinitions.get(type);
  if (!definition) throw new TypeError(`a handler names an event that no contract defines: ${type}`);
  return definition;
}

/** Nest hides a handler's error behind "Internal server error"; the log wants the error itself, for its dead letters. */
@Catch()
export class HandlerErrors implements RpcExceptionFilter<unknown> {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}
