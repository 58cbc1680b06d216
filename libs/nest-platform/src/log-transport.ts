import { eventName, type EventDefinition, eventDefinitions, topics } from '@contentflow/contracts';
import type { GroupSubscription } from '@contentflow/event-log';
import type { Reaction, StoredEvent } from '@contentflow/kernel';
import { type ArgumentsHost, Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import { startStopwatch } from './adapters/stopwatch.ts';
import { metrics } from './metrics.ts';
import type { Platform } from './platform.ts';
import { handledInTrace, inOpenTrace } from './tracing.ts';

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
  private readonly subscriptions: GroupSubscription[] = [];

  constructor(private readonly platform: Pick<Platform, 'log' | 'logger'>) {
    super();
  }

  async listen(ready: (error?: unknown) => void): Promise<void> {
    try {
      for (const [service, handlers] of this.byService()) await this.subscribe(service, handlers);
      ready();
    } catch (error) {
      ready(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
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
    const subscription = await this.platform.log.subscribe({
      group: service,
      topics: topics.map(({ name }) => name).filter((name) => wanted.has(name)),
      handle: (event) => handle(service, handlers.get(event.type), event),
    });
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
    const reaction = await handledInTrace(event, name, { 'messaging.consumer.group.name': service }, work);
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
