// Whose rows an answer or a file speaks of, where several gateways divide the users.
export interface Origin {
  /** As it names itself at the providers. */
  readonly gatewayId: string;
  /** Null: there is one for all users. */
  readonly cell: string | null;
}

export const originOf = (deps: {
  readonly gatewayIds: readonly [string, ...string[]];
  readonly config: { readonly cell: string };
}): Origin => ({ gatewayId: deps.gatewayIds[0], cell: deps.config.cell || null });

/** In front of a file's name: what fits into one of what the cell is called. */
export const beforeName = ({ cell }: Origin): string => (cell ? `${cell.replace(/[^\w.-]/g, '_')}-` : '');
