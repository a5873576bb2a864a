import { Controller, Get, Module, Post, Body } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, post } from '../run/exchanges.js';
import { SERVERS } from '../run/servers.js';

@Entity({ name: `framework_cat_${process.pid}` })
class Cat {
  @PrimaryGeneratedColumn()
  id = 0;

  @Column('text')
  name = '';
}

export const application: FrameworkApplication = {
  shows: 'a database with TypeORM: repositories, transactions, a schema that goes with the application',
  kinds: HTTP,
  needs: [SERVERS.postgres],
  module: ({ journal }) => {
    @Controller('cats')
    class CatsController {
      constructor(@InjectRepository(Cat) private readonly cats: Repository<Cat>) {}

      @Post()
      create(@Body('name') name: string): Promise<Cat> {
        return this.cats.manager.transaction((manager) => manager.save(manager.create(Cat, { name })));
      }

      @Get()
      list(): Promise<Cat[]> {
        return this.cats.find({ order: { id: 'ASC' } });
      }
    }
    @Module({ imports: [TypeOrmModule.forFeature([Cat])], controllers: [CatsController] })
    class CatsModule {
      constructor(@InjectRepository(Cat) private readonly cats: Repository<Cat>) {}

      async onModuleDestroy(): Promise<void> {
        journal.note(`${await this.cats.count()} cats at the end`);
        await this.cats.query(`DROP TABLE "${this.cats.metadata.tableName}"`);
      }
    }
    return {
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
          entities: [Cat],
          synchronize: true,
        }),
        CatsModule,
      ],
    };
  },
  exchanges: [post('/cats', { name: 'Tom' }), post('/cats', { name: 'Kitty' }), get('/cats')],
};
