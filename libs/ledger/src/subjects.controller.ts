import { notFound, operatorCommand, PLATFORM, type Platform, Subjects } from '@contentflow/nest-platform';
import { Controller, Delete, Get, Inject, type OnApplicationBootstrap, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Persons: what is held of them, and that they be forgotten. */
@Controller('v1/subjects')
export class SubjectsController implements OnApplicationBootstrap {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly subjects: Subjects,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.subjects.forgetAgain();
  }

  @Get(':id')
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('cache-control', 'no-store');
    return (await this.subjects.exported(id)) ?? this.unknown(id);
  }

  @Delete(':id')
  async forget(@Param('id') id: string, @Req() request: FastifyRequest) {
    const { by } = operatorCommand(request, this.platform);
    return (await this.subjects.forget(id, { by, at: this.platform.clock.now() })) ?? this.unknown(id);
  }

  private unknown(id: string): never {
    throw notFound('person', id);
  }
}
