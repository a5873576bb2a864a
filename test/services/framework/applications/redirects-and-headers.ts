import { Controller, Get, Header, HttpCode, Query, Redirect, Res } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'redirects, fixed and dynamic; headers and status codes, declared and set on the response',
  kinds: HTTP,
  module: () => {
    @Controller()
    class PagesController {
      @Get('old')
      @Redirect('/new', 301)
      old(): void {
        return;
      }

      @Get('docs')
      @Redirect('https://docs.example', 302)
      docs(@Query('version') version?: string): object | undefined {
        return version === '5' ? { url: 'https://docs.example/v5', statusCode: 307 } : undefined;
      }

      @Get('new')
      @Header('Cache-Control', 'no-store')
      @Header('X-Several', 'one')
      new(): string {
        return 'new';
      }

      @Get('made')
      @HttpCode(203)
      made(@Res({ passthrough: true }) response: { header: (name: string, value: string) => unknown }): object {
        response.header('x-by-hand', 'yes');
        return { made: true };
      }

      @Get('nothing')
      nothing(): void {
        return;
      }
    }
    return { controllers: [PagesController] };
  },
  exchanges: [get('/old'), get('/docs'), get('/docs?version=5'), get('/new'), get('/made'), get('/nothing')],
};
