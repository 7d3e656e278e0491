/**
 * Where the company's customers live and what people, firms, streets and towns are called there. Made up, apart from
 * the towns; telephone numbers are from the ranges set aside for fiction where a country has one.
 * In a pattern, {family}, {trade} and {town} are filled in, {n} is a house number and each # a digit.
 */

export interface Region {
  readonly country: CountryCode;
  readonly givenNames: readonly string[];
  readonly familyNames: readonly string[];
  readonly firms: readonly string[];
  readonly trades: readonly string[];
  readonly streets: readonly string[];
  /** Postal code and town. */
  readonly towns: readonly (readonly [string, string])[];
  readonly phone: string;
}

export type CountryCode = keyof typeof REGION_SHARES;

export const REGION_SHARES = { DE: 0.55, AT: 0.12, CH: 0.12, FR: 0.09, PL: 0.07, GB: 0.05 } as const;

const germanFirms = [
  '{family} {trade} GmbH',
  'Gebrüder {family} OHG',
  '{family} & Söhne GmbH & Co. KG',
  '{trade} {town} GmbH',
  '{family} + Partner {trade}',
] as const;
const germanTrades = list(
  'Architekten, Druckerei, Steuerberatung, Möbelhaus, Zahntechnik, Bürobedarf, Gießerei, Verlag, Logistik, Gemeinschaftspraxis, Hotelbetriebe, Messebau, Softwarehaus, Brauerei',
);

export const REGIONS: Readonly<Record<CountryCode, Region>> = {
  DE: {
    country: 'DE',
    givenNames: list(
      'Anja, Björn, Cem, Dörte, Emilia, Frauke, Günther, Hannelore, Ida, Jörg, Katrin, Lasse, Mehmet, Nele, Ömer, Paula, Rüdiger, Saskia, Thorben, Ursula, Volker, Wiebke, Yasemin',
    ),
    familyNames: list(
      'Krüger, Weiß, Schäfer, Möller, Voß, Großmann, Jäger, Petersen, Brandt, Kästner, Yıldız, von der Heide, Lüders, Hartwig, Böhm, Sträßer, Nguyen, Roth-Engel, Thomsen, Ziegler, Öztürk',
    ),
    firms: germanFirms,
    trades: germanTrades,
    streets: [
      'Lindenstraße {n}',
      'Am Mühlbach {n}',
      'Königsallee {n}',
      'Große Bleichen {n}',
      'Gärtnerweg {n}a',
      'Hafenstraße {n}',
    ],
    towns: [
      ['20095', 'Hamburg'],
      ['10435', 'Berlin'],
      ['80331', 'München'],
      ['50667', 'Köln'],
      ['23552', 'Lübeck'],
      ['90402', 'Nürnberg'],
      ['01067', 'Dresden'],
      ['48143', 'Münster'],
      ['99084', 'Erfurt'],
      ['73728', 'Esslingen'],
    ],
    phone: '+49 30 23125 ###',
  },
  AT: {
    country: 'AT',
    givenNames: list(
      'Alois, Burgi, Christoph, Doris, Ferdinand, Gerlinde, Johanna, Leopold, Maximilian, Roswitha',
    ),
    familyNames: list(
      'Gruber, Pichler, Hölzl, Moosbrugger, Wögerbauer, Steinwendtner, Brandstätter, Novak, Fürst',
    ),
    firms: germanFirms,
    trades: germanTrades,
    streets: ['Mariahilfer Straße {n}', 'Hauptplatz {n}', 'Schloßgasse {n}/4', 'Salzachkai {n}'],
    towns: [
      ['1060', 'Wien'],
      ['5020', 'Salzburg'],
      ['8010', 'Graz'],
      ['6020', 'Innsbruck'],
      ['3100', 'St. Pölten'],
    ],
    phone: '+43 1 5550 ###',
  },
  CH: {
    country: 'CH',
    givenNames: list('Beat, Céline, Dario, Fiona, Jürg, Laurène, Matteo, Reto, Seraina, Urs, Vreni'),
    familyNames: list('Aebischer, Bühler, Caviezel, Dürrenmatt, Gerber, Jeanneret, Künzli, Rossi, Zürcher'),
    firms: ['{family} {trade} AG', '{family} & Cie', '{trade} {town} AG', '{family} {trade} Sàrl'],
    trades: list('Treuhand, Uhren, Architektur, Apotheke, Ingenieure, Spedition, Schreinerei, Klinik'),
    streets: [
      'Bahnhofstrasse {n}',
      'Rue du Rhône {n}',
      'Spitalgasse {n}',
      'Via Nassa {n}',
      'Seefeldstrasse {n}',
    ],
    towns: [
      ['8001', 'Zürich'],
      ['1204', 'Genève'],
      ['3011', 'Bern'],
      ['6900', 'Lugano'],
      ['4051', 'Basel'],
      ['2000', 'Neuchâtel'],
    ],
    phone: '+41 44 555 0# ##',
  },
  FR: {
    country: 'FR',
    givenNames: list('Aurélie, Benoît, Chloé, François, Gaël, Hélène, Inès, Jérôme, Maëlle, Noël, Zoé'),
    familyNames: list("d'Arbois, Lefèvre, Garçon, Béranger, Le Goff, Castagnède, Noël, Dubœuf, Marchand"),
    firms: ['{family} {trade} SARL', 'Établissements {family} & Fils', '{trade} de {town} SAS'],
    trades: list(
      "Imprimerie, Menuiserie, Conseil, Hôtellerie, Édition, Cabinet d'avocats, Pâtisserie, Vignobles",
    ),
    streets: [
      '{n} rue des Lilas',
      '{n} bis avenue de la République',
      "{n} impasse de l'Église",
      '{n} quai Saint-Michel',
    ],
    towns: [
      ['67000', 'Strasbourg'],
      ['75011', 'Paris'],
      ['69002', 'Lyon'],
      ['44000', 'Nantes'],
      ['38000', 'Grenoble'],
    ],
    phone: '+33 1 99 00 ## ##',
  },
  PL: {
    country: 'PL',
    givenNames: list(
      'Agnieszka, Bartłomiej, Ewa, Grażyna, Jędrzej, Łukasz, Małgorzata, Paweł, Zbigniew, Żaneta',
    ),
    familyNames: list('Wiśniewska, Dąbrowski, Łukasik, Zając, Świątek, Grzegorczyk, Król, Błaszczyk, Sęk'),
    firms: ['{family} {trade} Sp. z o.o.', 'Zakład {trade} {family}', '{trade} {town} S.A.'],
    trades: list('Meble, Drukarnia, Księgowość, Hurtownia, Architektura, Przychodnia, Wydawnictwo'),
    streets: ['ul. Lipowa {n}', 'ul. Świętej Anny {n}/2', 'al. Zwycięstwa {n}', 'plac Grunwaldzki {n}'],
    towns: [
      ['50-001', 'Wrocław'],
      ['31-008', 'Kraków'],
      ['80-831', 'Gdańsk'],
      ['90-001', 'Łódź'],
      ['61-001', 'Poznań'],
    ],
    phone: '+48 22 555 0# ##',
  },
  GB: {
    country: 'GB',
    givenNames: list('Alasdair, Bronwen, Euan, Harriet, Imogen, Niamh, Rhys, Siobhán, Zadie'),
    familyNames: list("O'Hare, Ashcroft, MacIntyre, Llewellyn, Featherstone-Hart, O'Dowd, Okafor, Pritchard"),
    firms: ['{family} {trade} Ltd', '{family} & Daughters LLP', 'The {town} {trade} Company'],
    trades: list('Joinery, Interiors, Publishing, Surveyors, Brewing, Dental, Letterpress'),
    streets: ['{n} Mill Lane', '{n} Corn Exchange', 'Unit {n}, The Old Dairy', "{n} St Mary's Row"],
    towns: [
      ['BS1 4ST', 'Bristol'],
      ['EH1 1YZ', 'Edinburgh'],
      ['M1 1AE', 'Manchester'],
      ['CF10 1EP', 'Cardiff'],
    ],
    phone: '+44 20 7946 0###',
  },
};

function list(text: string): readonly string[] {
  return text.split(', ');
}
