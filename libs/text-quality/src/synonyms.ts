import { stemOf } from './stems.ts';

/** English words that stand for one another in commercial prose; a paraphrase by these still makes its point. */
const groups = `free complimentary gratis | cheap affordable inexpensive budget economical | fast quick rapid speedy swift
| ship shipping shipment delivery deliver dispatch | buy purchase order | big large huge spacious roomy | small compact tiny petite
| light lightweight | durable sturdy robust tough rugged long-lasting lasting resilient | simple easy effortless straightforward
| waterproof water-resistant watertight | eco-friendly sustainable green environmentally planet | natural organic
| help support assist assistance | begin start launch commence | guarantee warranty | return refund money-back
| battery charge power | discount sale saving reduced | customer client shopper buyer | staff team employee crew
| secure safe protected security safety | comfortable comfort cosy cozy comfy | silent quiet noiseless | app application software
| show display present | improve enhance boost increase | reduce lower cut decrease lessen | make produce manufacture create craft
| photo picture image | film movie video | home house household | work job | kid child children | doctor physician
| meeting appointment | company firm business | price cost | expert specialist professional | modern contemporary
| beautiful elegant stylish attractive | strong powerful | last endure | adjust adjustable customise customize customizable
| train training course lesson | invite invitation | new latest brand-new | save saves | weekly week | daily day | monthly month | yearly year annual annually
| portable carry travel | rechargeable recharge | wireless cordless | reusable reuse | vegan plant-based | healthy nutritious wholesome`;

const groupsByStem = index();

/** The other English stems that say the same; none for most. */
export function synonymousStems(stem: string): readonly string[] {
  return groupsByStem.get(stem) ?? [];
}

function index(): ReadonlyMap<string, readonly string[]> {
  const stems = new Map<string, string[]>();
  for (const group of groups.split('|')) {
    const members = [
      ...new Set(
        group
          .trim()
          .split(/\s+/)
          .map((word) => stemOf(word, 'en')),
      ),
    ];
    for (const member of members)
      stems.set(member, [...(stems.get(member) ?? []), ...members.filter((other) => other !== member)]);
  }
  return stems;
}
