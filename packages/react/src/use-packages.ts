import type { CreditPackage, Trouble } from '@credits-gateway/client';
import { useGateway } from './gateway-context.ts';
import { createSource, sourceOf, useSource } from './source.ts';

export interface Packages<List = readonly CreditPackage[] | null> {
  /** Null until they have been read. */
  readonly packages: List;
  readonly trouble: Trouble | null;
  /** Reads them again, as after a failure. */
  readonly reload: () => Promise<void>;
}

export interface PackagesOptions {
  /** Left out: each package's own. */
  readonly currency?: string;
  /** Wait under <Suspense> until they are there; a failure is thrown to the error boundary. */
  readonly suspense?: boolean;
}

/** What is on sale, read once for all components of a gateway. */
export function usePackages(
  options: PackagesOptions & { readonly suspense: true },
): Packages<readonly CreditPackage[]>;
export function usePackages(options?: PackagesOptions): Packages;
export function usePackages({ currency, suspense }: PackagesOptions = {}): Packages {
  const gateway = useGateway();
  const source = sourceOf(gateway, `packages ${currency}`, () =>
    createSource({}, () => gateway.packages(currency)),
  );
  const { value, trouble } = useSource(source, suspense);
  return { packages: value, trouble, reload: source.load };
}
