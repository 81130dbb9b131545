// What TypeORM's command line compares: columns. Keys, indexes, checks and triggers are written in migrations by hand, where
// their reasons stand, so that a generated migration neither knows nor drops them; and it never drops a column, because a
// version that still runs beside the new one may read it.
import { RdbmsSchemaBuilder } from 'typeorm/schema-builder/RdbmsSchemaBuilder';

export class ColumnsBuilder extends RdbmsSchemaBuilder {
  protected override async dropOldViews(): Promise<void> {}
  protected override async dropOldForeignKeys(): Promise<void> {}
  protected override async dropOldIndices(): Promise<void> {}
  protected override async dropOldChecks(): Promise<void> {}
  protected override async dropOldExclusions(): Promise<void> {}
  protected override async dropCompositeUniqueConstraints(): Promise<void> {}
  protected override async renameColumns(): Promise<void> {}
  protected override async dropRemovedColumns(): Promise<void> {}
}
