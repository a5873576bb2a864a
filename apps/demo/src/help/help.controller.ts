import { Controller, Get, Header, Headers } from '@nestjs/common';
import { whatToTry } from './what-to-try.js';

/** `GET /`: what to try. */
@Controller()
export class HelpController {
  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  help(@Headers('host') host = 'localhost'): string {
    return whatToTry(`http://${host}`);
  }
}
