import { Body, Controller, Delete, Get, HttpCode, Post, UnauthorizedException, UseGuards } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AccessGuard, type Caller, FromCaller } from '../stack/access.js';
import { credentialsOf } from './credentials.js';
import { Sessions } from './sessions.js';
import { Users } from './users.js';

/** Users, and their sessions. */
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly tokens: JwtService,
  ) {}

  @Post('users')
  async register(@Body() body: unknown): Promise<{ id: string }> {
    const { email, password } = credentialsOf(body);
    const { id } = await this.users.add(email, password);
    return { id };
  }

  @Post('sessions')
  async signIn(@Body() body: unknown): Promise<{ token: string }> {
    const { email, password } = credentialsOf(body);
    const { id } = await this.users.withPassword(email, password);
    const session = await this.sessions.open(id);
    return { token: await this.tokens.signAsync({ sub: id, sid: session }) };
  }

  @Get('session')
  @UseGuards(AccessGuard)
  async session(@FromCaller() { sub, sid }: Caller): Promise<{ user: string }> {
    if (await this.sessions.isOpen(sid)) return { user: sub };
    throw new UnauthorizedException('The session is over: POST /v1/auth/sessions opens a new one');
  }

  @Delete('session')
  @HttpCode(204)
  @UseGuards(AccessGuard)
  async signOut(@FromCaller() { sid }: Caller): Promise<void> {
    await this.sessions.close(sid);
  }
}
