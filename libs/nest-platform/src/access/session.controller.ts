import { ContentFlowError } from '@contentflow/kernel';
import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Identity, identityOf, keyShown, SESSION_COOKIE } from './access-guard.ts';

const SESSION_LIFETIME_S = 12 * 3600;

/** Who asks; both empty where no key is shown. */
interface Session {
  readonly name: string | null;
  readonly scopes: Identity['scopes'];
}

/** Lets a browser keep a key where no script can read it, for the console. */
@Controller('v1/session')
export class SessionController {
  @Get()
  current(@Req() request: FastifyRequest): Session {
    const { name = null, scopes = [] } = identityOf(request) ?? {};
    return { name, scopes };
  }

  /** Takes the key that the request shows as `Authorization: Bearer`. */
  @Post()
  @HttpCode(200)
  open(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Session {
    if (!identityOf(request))
      throw new ContentFlowError('unauthorized', 'this key opens nothing here', { fix: 'show another' });
    void reply.header('set-cookie', cookie(request, keyShown(request) ?? '', SESSION_LIFETIME_S));
    return this.current(request);
  }

  @Delete()
  @HttpCode(200)
  close(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Session {
    void reply.header('set-cookie', cookie(request, '', 0));
    return { name: null, scopes: [] };
  }
}

function cookie({ protocol, headers }: FastifyRequest, key: string, lastsS: number): string {
  const isSecure = protocol === 'https' || headers['x-forwarded-proto'] === 'https';
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${lastsS}`, ...(isSecure ? ['Secure'] : [])];
  return [`${SESSION_COOKIE}=${encodeURIComponent(key)}`, ...attributes].join('; ');
}
