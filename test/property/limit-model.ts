// Limits of what one user's credits may be spent for: what counts against each, in plain numbers.

/** Null: everybody. */
export type Member = string | null;

export interface LimitModel {
  readonly member: Member;
  credits: number;
  spent: number;
  held: number;
}

export class LimitsModel {
  private readonly limits = new Map<Member, LimitModel>();

  /** Null credits: no limit any more. What was counted before a limit was set anew does not count in the new one. */
  set(member: Member, credits: number | null): void {
    const known = this.limits.get(member);
    if (credits === null) this.limits.delete(member);
    else if (known) known.credits = credits;
    else this.limits.set(member, { member, credits, spent: 0, held: 0 });
  }

  /** Those that bind a member now; a spend or a hold counts in them for good. */
  binding(member: Member): readonly LimitModel[] {
    return this.all.filter((limit) => limit.member === null || limit.member === member);
  }

  get all(): readonly LimitModel[] {
    return [...this.limits.values()];
  }
}

/** Whether a limit leaves less than is asked for. */
export const isReached = (limits: readonly LimitModel[], asked: number): boolean =>
  limits.some(({ credits, spent, held }) => spent + held + asked > credits);

export function count(limits: readonly LimitModel[], more: { spent?: number; held?: number }): void {
  for (const limit of limits) {
    limit.spent += more.spent ?? 0;
    limit.held += more.held ?? 0;
  }
}
