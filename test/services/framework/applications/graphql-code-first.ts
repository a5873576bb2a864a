import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Args,
  Field,
  GraphQLModule,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  TypeMetadataStorage,
} from '@nestjs/graphql';
import { IsNotEmpty } from 'class-validator';
import { ValidationPipe } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { query } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'GraphQL, code first: object and input types, validated arguments',
  kinds: HTTP,
  module: ({ journal }) => {
    // The decorators keep what they have seen for the whole process, the last run's too.
    TypeMetadataStorage.clear();
    @ObjectType()
    class Book {
      @Field(() => Int)
      id = 0;

      @Field(() => String, { nullable: true, description: 'as it is printed' })
      title?: string;
    }
    @InputType()
    class NewBook {
      @IsNotEmpty()
      @Field(() => String)
      title = '';
    }
    @Resolver(() => Book)
    class BooksResolver {
      @Query(() => [Book])
      books(@Args('limit', { type: () => Int, defaultValue: 2 }) limit: number): Book[] {
        return Array.from({ length: limit }, (_, id) => ({ id, title: `book ${id}` }));
      }

      @Mutation(() => Book)
      async add(@Args('book') book: NewBook): Promise<Book> {
        journal.note(`added ${book.title}`);
        return { id: 9, title: book.title };
      }
    }
    return {
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          autoSchemaFile: true,
          includeStacktraceInErrorResponses: false,
        }),
      ],
      providers: [BooksResolver],
    };
  },
  prepare: (app) => {
    app.useGlobalPipes(new ValidationPipe());
  },
  exchanges: [
    query('{ books { id title } }'),
    query('{ books(limit: 1) { id } }'),
    query('mutation { add(book: { title: "Emma" }) { id title } }'),
    query('mutation { add(book: { title: "" }) { id } }'),
    query('{ __type(name: "Book") { fields { name description } } }'),
  ],
};
