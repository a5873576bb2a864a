import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiProperty, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get, post } from '../run/exchanges.js';

class Cat {
  @ApiProperty({ type: String, example: 'Tom' })
  name = '';
}

export const application: FrameworkApplication = {
  shows: 'OpenAPI with @nestjs/swagger: the document lists the routes of the application and no others',
  kinds: HTTP,
  options: { health: true },
  module: () => {
    @Controller('cats')
    class CatsController {
      @Get()
      @ApiResponse({ status: 200, type: [Cat] })
      list(): Cat[] {
        return [{ name: 'Tom' }];
      }

      @Post()
      create(@Body() cat: Cat): Cat {
        return cat;
      }
    }
    return { controllers: [CatsController] };
  },
  prepare: (app) => {
    const config = new DocumentBuilder().setTitle('Cats').setVersion('1').build();
    SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), { jsonDocumentUrl: 'docs.json' });
  },
  exchanges: [
    get('/docs.json'),
    ask({ path: '/docs' }),
    get('/docs/swagger-ui-init.js'),
    post('/cats', { name: 'Kitty' }),
  ],
};
