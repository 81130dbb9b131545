import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Mode } from '../kernel/config';
import type { SecretBox } from '../kernel/secret-box';
import type { Logger } from '../telemetry/logger';

/** What the use cases about endpoints and deliveries work with. Made once, in src/app. */
export interface DeliveryDeps {
  readonly mode: Mode;
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  readonly log: Logger;
  readonly secrets: SecretBox;
}
