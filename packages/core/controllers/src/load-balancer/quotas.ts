/** Application Load Balancer quotas at their defaults ("Quotas for your Application Load Balancers"); AWS raises some on request. */
export interface Quotas {
  listeners: number;
  /** Default rules do not count. */
  rules: number;
  targetGroups: number;
  /** Default certificates do not count. */
  certificates: number;
  conditionValuesPerRule: number;
  wildcardsPerRule: number;
  targetGroupsPerAction: number;
}

export const defaultQuotas: Quotas = {
  listeners: 50,
  rules: 100,
  targetGroups: 100,
  certificates: 25,
  conditionValuesPerRule: 5,
  wildcardsPerRule: 5,
  targetGroupsPerAction: 5,
};
