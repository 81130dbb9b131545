import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is on sale: credits at a price, in one or several currencies. */
export class Packages1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table packages (
        id text collate "C" primary key check (id ~ '^[a-z0-9_-]{1,64}$'),
        name text not null check (length(name) between 1 and 255),
        credits integer not null check (credits > 0),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        credits_expire_after_days integer check (credits_expire_after_days > 0),
        active boolean not null default true,
        created_at timestamptz not null default now()
      );
      create table prices (
        package_id text collate "C" not null references packages (id),
        currency text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
        amount_minor bigint not null check (amount_minor between 1 and 2147483647),
        primary key (package_id, currency)
      );
      insert into packages (id, name, credits, currency) values
        ('small', 'Small', 50, 'INR'), ('medium', 'Medium', 120, 'INR'),
        ('large', 'Large', 300, 'INR'), ('xlarge', 'Extra large', 600, 'INR');
      insert into prices (package_id, currency, amount_minor) values
        ('small', 'INR', 5000), ('medium', 'INR', 10000), ('large', 'INR', 20000), ('xlarge', 'INR', 35000),
        ('small', 'USD', 100), ('medium', 'USD', 200), ('large', 'USD', 400), ('xlarge', 'USD', 700);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table prices; drop table packages');
  }
}
