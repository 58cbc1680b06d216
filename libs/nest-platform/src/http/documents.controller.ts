import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { telemetry } from '../adapters/telemetry.ts';
import { PLATFORM, type Platform } from '../platform.ts';
import { asyncApi } from './asyncapi.ts';
import { openApiOf } from './openapi.ts';
import { routesOf } from './routes.ts';

/** What this process answers, what its events look like, and its figures. */
@Controller()
export class DocumentsController {
  private openApi: object | undefined;
  private events: object | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly modules: ModulesContainer,
  ) {}

  @Get('openapi.json')
  describeRoutes(): object {
    return (this.openApi ??= openApiOf(routesOf(this.modules), this.platform.code));
  }

  @Get('asyncapi.json')
  describeEvents(): object {
    return (this.events ??= asyncApi(this.platform.code));
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async figures(): Promise<string> {
    return (await telemetry()?.figures()) ?? '# metrics are off in this process\n';
  }
}
