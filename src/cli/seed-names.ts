// What the customers of a seeded history are called: always the same by the same id, and some of them alike.

const FIRST = [
  ...['Aarav', 'Diya', 'Vihaan', 'Ananya', 'Arjun', 'Ishita', 'Kabir', 'Meera', 'Rohan', 'Saanvi', 'Zoya'],
  ...['Jörg', 'Siân', 'Łucja', 'José', 'Anaïs', 'Mateo', 'Freja', 'Noah', 'Emilia', 'Yusuf', 'Hana'],
];
const LAST = [
  ...['Sharma', 'Iyer', 'Khan', 'Patel', 'Reddy', 'Nair', 'Banerjee', 'Gill', "D'Souza", 'Mehta'],
  ...['Müller', "O'Neill", 'Żółć', 'García', 'Lindqvist', 'Şahin', 'Novák'],
];

/** @param userId `user_7` and the like @returns as a product would say it */
export function seedName(userId: string): { readonly name: string; readonly email: string } {
  const number = Number(/\d+$/.exec(userId)?.[0] ?? 0);
  const name = `${FIRST[number % FIRST.length]} ${LAST[(number * 5) % LAST.length]}`;
  // Two users may have one name, and never one address.
  const local = name
    .normalize('NFD')
    .replace(/[^a-zA-Z ]/g, '')
    .replace(' ', '.')
    .toLowerCase();
  return { name, email: `${local}.${number}@mail.example` };
}
