import { RequestMethod } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
  SSE_METADATA,
} from '@nestjs/common/constants.js';
import { ownValue } from '@contentflow/kernel';
import type { ModulesContainer } from '@nestjs/core';
import type { z } from 'zod';
import { schemaOf } from './validated.ts';

/** A route as its controller declares it, with the schemas its arguments are checked by. */
export interface Route {
  /** `POST` */
  readonly method: string;
  /** `/v1/content/{id}` */
  readonly path: string;
  readonly status: number;
  readonly isStream: boolean;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
}

/** Nest's numbers for `@Body()` and `@Query()` among a route's arguments. */
const BODY = 3;
const QUERY = 4;

/** Every HTTP route of these modules' controllers. */
export function routesOf(modules: ModulesContainer): Route[] {
  const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOfController(metatype) : []));
}

function routesOfController(controller: { readonly prototype?: unknown; readonly name: string }): Route[] {
  const prototype = (controller.prototype ?? {}) as Record<string, unknown>;
  const prefix: unknown = Reflect.getMetadata(PATH_METADATA, controller);
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return names.flatMap((name) => {
    const handler = ownValue(prototype, name);
    const path: unknown = typeof handler === 'function' ? Reflect.getMetadata(PATH_METADATA, handler) : undefined;
    if (typeof handler !== 'function' || typeof path !== 'string') return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const code: unknown = Reflect.getMetadata(HTTP_CODE_METADATA, handler);
    return [
      {
        method,
        path: joined(typeof prefix === 'string' ? prefix : '', path),
        status: typeof code === 'number' ? code : method === 'POST' ? 201 : 200,
        isStream: Reflect.getMetadata(SSE_METADATA, handler) === true,
        body: argument(controller, name, BODY),
        query: argument(controller, name, QUERY),
      },
    ];
  });
}

/** `v1/content` and `:id/events` → `/v1/content/{id}/events` */
const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .map((part) => part.replace(/^:(.+)$/, '{$1}'))
    .join('/')}`;

function argument(controller: object, handler: string, kind: number): z.ZodType | undefined {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { readonly pipes?: readonly unknown[] }
  >;
  const pipes = Object.entries(declared).flatMap(([key, { pipes }]) =>
    key.startsWith(`${kind}:`) ? (pipes ?? []) : [],
  );
  return pipes.map(schemaOf).find((schema) => schema !== undefined);
}
