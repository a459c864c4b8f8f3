"""Names, short forms, spellings and places from which `bevolking` invents persons: data only, the most frequent first.

Given names, surnames and places are common property; every combination with a birth date and a number is invented.
"""

from dataclasses import dataclass
from typing import Final


def _w(tekst: str) -> tuple[str, ...]:
    return tuple(tekst.split())


@dataclass(frozen=True, slots=True)
class Cultuur:
    """Where a family's names come from. `perioden`: the first years of the cohorts of the lists of given names."""

    naam: str
    aandeel: float
    perioden: tuple[int, ...]
    mannen: tuple[tuple[str, ...], ...]
    vrouwen: tuple[tuple[str, ...], ...]
    achternamen: tuple[tuple[str, str], ...]
    """(tussenvoegsel, name)."""
    plaatsen: tuple[str, ...]
    """Places of birth of those born abroad."""
    doopnamen: tuple[float, float, float]
    """Shares of persons with one, two and three given names."""
    buitenland: float
    """Share born abroad."""
    dubbel: float = 0.0
    """Share with a double surname by birth."""


def _namen(tekst: str) -> tuple[tuple[str, str], ...]:
    """`van den|Berg` or `Jansen`, separated by commas."""
    paren = (deel.strip().rpartition("|") for deel in tekst.replace("\n", " ").split(","))
    return tuple((voorvoegsel, naam) for voorvoegsel, _, naam in paren if naam)


_NL_MANNEN: Final = (
    _w(
        "Johannes Cornelis Hendrik Jan Petrus Willem Jacobus Antonius Gerardus Franciscus Theodorus Adrianus "
        "Martinus Marinus Lambertus Albertus Hubertus Nicolaas Matheus Josephus Leonardus Pieter Dirk Gerrit "
        "Klaas Arie Bernardus Egbert Roelof Simon Wilhelmus Henricus Leendert Herman Jacob Evert Gijsbert "
        "Harm Wouter Huibert"
    ),
    _w(
        "Johannes Robert Marcel Michiel Erik Peter Patrick Richard Ronald Frank Marco Dennis Jeroen Martijn "
        "Sander Bastiaan Stefan Mark Edwin René Rudolf Alexander Christiaan Vincent Paul André Wilhelmus "
        "Eduard Frederik Jeffrey Arnoldus Raymond Maarten Bart Michael Rutger Niels Remco Barend Ferdinand"
    ),
    _w(
        "Daan Sem Lucas Thomas Lars Tim Jesse Thijs Milan Ruben Luuk Bram Stijn Max Sven Kevin Rick Nick "
        "Mike Jordy Danny Joey Timo Julian Finn Levi Noah Benjamin Samuel Victor Maximiliaan Koen Jelle "
        "Niels Joris Gijs Mees Tijn Hugo Teun"
    ),
)
_NL_VROUWEN: Final = (
    _w(
        "Maria Johanna Cornelia Elisabeth Wilhelmina Catharina Anna Margaretha Petronella Hendrika Jacoba "
        "Antonia Adriana Geertruida Theresia Francisca Helena Alida Susanna Christina Magdalena Aaltje "
        "Grietje Jantje Trijntje Gerarda Martina Hendrikje Dina Neeltje Geesje Klazina Lamberta Bernardina "
        "Josephina"
    ),
    _w(
        "Maria Monique Patricia Ingrid Astrid Sandra Esther Petra Angelique Linda Jacqueline Saskia Mirjam "
        "Karin Anja Marjolein Suzanne Nathalie Bianca Danielle Wendy Chantal Yvonne Brigitte Marieke Ellen "
        "Carolina Elisabeth Johanna Cornelia Jolanda Natascha Margriet Femke Annemarie"
    ),
    _w(
        "Emma Sophie Julia Lisa Anna Eva Sanne Lotte Fleur Isa Anouk Iris Noa Femke Maud Kim Melissa "
        "Kimberly Samantha Jessica Laura Naomi Rosa Britt Tess Zoë Merel Nina Jasmijn Floor Demi Danique "
        "Romy Amber Esmee"
    ),
)
_NL_ACHTERNAMEN: Final = _namen(
    "de|Jong,Jansen,de|Vries,van den|Berg,van|Dijk,Bakker,Janssen,Visser,Smit,Meijer,de|Boer,Mulder,"
    "de|Groot,Bos,Vos,Peters,Hendriks,van|Leeuwen,Dekker,Brouwer,de|Wit,Dijkstra,Smits,de|Graaf,"
    "van der|Meer,van der|Linden,Kok,Jacobs,de|Haan,Vermeulen,van den|Heuvel,van der|Veen,van den|Broek,"
    "de|Bruijn,de|Bruin,van der|Heijden,Schouten,van|Beek,Willems,van|Vliet,van de|Ven,Hoekstra,Maas,"
    "Verhoeven,Koster,van|Dam,van der|Wal,Prins,Blom,Huisman,Peeters,de|Jonge,Kuipers,van|Veen,Postma,"
    "Kuiper,Veenstra,Kramer,van den|Brink,Scholten,van|Wijk,Timmermans,Groen,Gerritsen,Bosman,"
    "van der|Velde,Martens,Wolters,Verbeek,Molenaar,van de|Pol,Hermans,Kroon,van|Loon,Vink,de|Lange,"
    "Schipper,Hofman,Mol,Zijlstra,Bosch,Boonstra,Driessen,Evers,van der|Laan,Roelofs,Vonk,Wessels,"
    "Hoogland,Nijhuis,Olde|Meule,ter|Horst,te|Riele,ten|Hove,van 't|Hof,op 't|Veld,in 't|Veld,"
    "van der|Sluis,Oude|Nijhuis,Wolthuis,Nijland,Leferink,Kamphuis,Oosterhof"
)
_STAMMEN: Final = _w(
    "Ooster Wester Noorder Zuider Groen Blauw Hooge Lage Nieuwen Ouden Brede Smalle Steen Zand Veen Klei "
    "Heide Beek Eiken Beuken Linden Berken Elzen Wilgen Roos Distel Haver Koren Rogge Molen Kerk Kloos "
    "Burg Brug Dijk Sluis Mool Vos Haas Valk Spreeu Reiger Kraai Zwaluw Snoek Winter Zomer Herfst Lente "
    "Maan Stern Goud Zilver Koper Leem Turf Ketel Wagen Schaap Koe Paarden Bies Riet Mos Varen"
)
_UITGANGEN: Final = _w(
    "kamp veld hof huis man stra ink ing berg horst broek meer water weg dal bosch donk hoek zijl poort "
    "akker wijk voort burg laar loo eind mans sma"
)


def _zeldzaam() -> tuple[tuple[str, str], ...]:
    """Rare surnames: stem and ending; every seventh has a tussenvoegsel."""
    voorvoegsels = ("van", "van der", "ter", "te", "van de", "op den")
    namen = [stam + uit for stam in _STAMMEN for uit in _UITGANGEN if not stam.lower().endswith(uit)]
    return tuple(
        (voorvoegsels[(nr // 7) % len(voorvoegsels)] if nr % 7 == 0 else "", naam) for nr, naam in enumerate(namen)
    )


NL: Final = Cultuur(
    "nederlands",
    0.72,
    (1900, 1960, 1988),
    _NL_MANNEN,
    _NL_VROUWEN,
    _NL_ACHTERNAMEN + _zeldzaam(),
    (),
    (0.38, 0.37, 0.25),
    0.0,
)
MAROKKAANS: Final = Cultuur(
    "marokkaans",
    0.06,
    (1900,),
    (
        _w(
            "Mohammed Ahmed Rachid Hassan Youssef Said Mustafa Abdelkader Omar Brahim Khalid Karim Bilal Hamza "
            "Ilias Yassine Soufiane Redouan Noureddine Zakaria Ayoub Anouar Abdellah Driss Samir Ismail"
        ),
    ),
    (
        _w(
            "Fatima Khadija Aicha Naima Samira Latifa Malika Meryem Zineb Nadia Hanane Loubna Karima Yasmina "
            "Hafida Rachida Ikram Salma Imane Nora Siham Soumaya"
        ),
    ),
    _namen(
        "el|Idrissi,Bouzid,el|Amrani,Benali,Ait|Hamou,el|Khattabi,Chakir,Azzouzi,el|Haddaoui,Bouchta,"
        "Oulad|Ali,el|Yaakoubi,Belkacem,Ziani,Amezian,el|Mansouri,Tahiri,Boukhari,Ouali,el|Bakkali,Kaddouri,"
        "Achahbar,el|Morabet,Saidi,Jebbari,el|Ouahabi,Bensaid,Charradi,Touzani,Lamrabet"
    ),
    ("Nador", "Al Hoceima", "Tanger", "Oujda", "Tetouan", "Berkane", "Fes", "Casablanca"),
    (0.95, 0.05, 0.0),
    0.45,
)
TURKS: Final = Cultuur(
    "turks",
    0.06,
    (1900,),
    (
        _w(
            "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Ömer Osman Murat Yusuf Emre Fatih Süleyman Halil "
            "Kadir Serkan Burak Kemal Recep Yasin Cem Ufuk Çetin"
        ),
    ),
    (
        _w(
            "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Sultan Hanife Özlem Gülsüm Sevda Yasemin Esra Büşra "
            "Hülya Songül Filiz Derya Nurcan Şerife Leyla"
        ),
    ),
    _namen(
        "Yılmaz,Kaya,Demir,Şahin,Çelik,Yıldız,Yıldırım,Öztürk,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,"
        "Kara,Koç,Kurt,Özkan,Şimşek,Polat,Korkmaz,Güneş,Erdoğdu,Türkmen,Karataş,Bozkurt,Uçar,Tekin,Ateş,"
        "Gündoğdu,Akbulut"
    ),
    ("Ankara", "Konya", "Kayseri", "Yozgat", "Istanbul", "Sivas", "Karaman", "Trabzon"),
    (0.9, 0.1, 0.0),
    0.4,
)
SURINAAMS: Final = Cultuur(
    "surinaams",
    0.05,
    (1900,),
    (
        _w(
            "Ricardo Winston Roy Radjesh Dewkoemar Clyde Humphrey Stanley Soerin Anand Romeo Jerrel Gregory "
            "Vishal Dennis Iwan Kenneth Sergio"
        ),
    ),
    (
        _w(
            "Shanti Soerinder Jennifer Sharon Astra Indra Wonny Henna Muriel Sheila Varsha Gaitrie Jacintha "
            "Cheryl Reshma Yvette Chandrika"
        ),
    ),
    _namen(
        "Ramdin,Jagroep,Baldew,Kartosen,Ramsaran,Soekhai,Biharie,Pinas,Kromosoeto,Lieveld,Vreugd,Blokland,"
        "Sewnarain,Mahabier,Bhagwandin,Kanhai,Amatsoemarto,Wijdenbos,Pengel,Ramautar,Gopal,Misiedjan,Sital,"
        "Doerga,Linger,Zeefuik"
    ),
    ("Paramaribo", "Nickerie", "Moengo", "Wanica", "Commewijne"),
    (0.6, 0.35, 0.05),
    0.4,
    0.06,
)
POOLS: Final = Cultuur(
    "pools",
    0.05,
    (1900,),
    (
        _w(
            "Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Grzegorz Łukasz Jakub Wojciech Mateusz Zbigniew "
            "Stanisław Rafał Dariusz Kamil Sławomir Jarosław"
        ),
    ),
    (
        _w(
            "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Monika Joanna Aleksandra Zofia "
            "Beata Dorota Urszula Iwona"
        ),
    ),
    _namen(
        "Nowak,Kowalski,Wiśniewski,Wójcik,Kowalczyk,Kamiński,Lewandowski,Zieliński,Szymański,Woźniak,"
        "Dąbrowski,Kozłowski,Mazur,Krawczyk,Wróbel,Jabłoński,Stępień,Pawłowski,Górski,Sikora,Czarnecki,"
        "Łukasik,Żak,Głowacki"
    ),
    ("Warszawa", "Łódź", "Wrocław", "Katowice", "Gdańsk", "Szczecin", "Lublin", "Białystok"),
    (0.7, 0.3, 0.0),
    0.8,
)
ARABISCH: Final = Cultuur(
    "syrisch",
    0.03,
    (1900,),
    (
        _w(
            "Mohammad Ahmad Khaled Omar Hussein Abdulrahman Mahmoud Ibrahim Yousef Ali Bashar Samer Firas Anas "
            "Majd Nizar Walid Tarek"
        ),
    ),
    (_w("Fatima Rasha Hala Rima Noor Maryam Aya Lina Dima Hiba Reem Samar Abeer Rana Manal Ghada"),),
    _namen(
        "al|Hamid,al|Masri,Haddad,Khoury,al|Ahmad,al|Khalil,Nasser,Shaheen,al|Sayed,Darwish,Kassab,al|Jassem,"
        "Hariri,al|Mahmoud,Qasim,Abbas,Suleiman,al|Rifai"
    ),
    ("Damascus", "Aleppo", "Homs", "Hama", "Latakia", "Deir ez-Zor"),
    (0.9, 0.1, 0.0),
    0.85,
)
ERITREES: Final = Cultuur(
    "eritrees",
    0.015,
    (1900,),
    (_w("Tesfay Yonas Samuel Filmon Daniel Kidane Mehari Berhane Dawit Robel Habtom Yohannes"),),
    (_w("Selam Helen Miriam Feven Rahel Luwam Semhar Eden Tsegereda Bisrat"),),
    _namen(
        "Tesfamariam,Ghebremeskel,Habtemichael,Weldu,Kidane,Berhane,Tekle,Haile,Ghirmay,Mebrahtu,Okbamichael,"
        "Araya,Woldegiorgis,Asfaha"
    ),
    ("Asmara", "Keren", "Adi Keyh", "Mendefera"),
    (0.9, 0.1, 0.0),
    0.85,
)
ANTILLIAANS: Final = Cultuur(
    "antilliaans",
    0.015,
    (1900,),
    (_w("Jurick Shurandy Rigomar Gregorio Angelo Jeandro Churandy Elvin Rudsel Quincy Nelson Ruthmar"),),
    (_w("Sharendy Rugena Marilyn Zulaika Joselyn Ingemar Shurlène Liliana Migdalia Yurina Rosaura"),),
    _namen(
        "Martina,Maria,Jansen,Francisca,Rosalia,Isenia,Winklaar,Balentina,Cijntje,Hooi,Doran,Pieters,Sillé,"
        "Obispo,Koeiman"
    ),
    ("Willemstad", "Oranjestad", "Kralendijk"),
    (0.55, 0.4, 0.05),
    0.5,
    0.15,
)

CULTUREN: Final = (NL, MAROKKAANS, TURKS, SURINAAMS, POOLS, ARABISCH, ERITREES, ANTILLIAANS)

_GROEPEN: Final = """
Johannes Jan Johan Hans Joop Jo|Cornelis Cor Cees Kees Nelis|Hendrik Henk Hein|Henricus Henk Harry Henri|
Willem Wim Pim|Wilhelmus Wim Willy Helm|Petrus Piet Peter|Pieter Piet|Jacobus Jaap Koos Sjaak Co|
Antonius Ton Toon Anton Teun|Gerardus Gerard Ger Geert|Franciscus Frans Frank Cis|Theodorus Theo Dorus|
Adrianus Adrie Ad Janus|Martinus Martin Tinus|Marinus Rinus Rien|Lambertus Bert Lambert|Albertus Ab Bertus Appie|
Hubertus Huub Bertie|Nicolaas Nico Klaas|Matheus Thijs Theo|Josephus Jos Sjef Jef|Leonardus Leo Leon|
Bernardus Ben Bernard|Roelof Roel|Leendert Leen|Gijsbert Gijs|Jacob Jaap|Robert Rob Bob|Michiel Chiel|Richard Rick|
Ronald Ron|Bastiaan Bas|Rudolf Ruud Rudy|Alexander Alex Lex Sander|Christiaan Chris|Eduard Ed Eddy|
Frederik Fred Freek|Jeffrey Jeff|Arnoldus Arnold Nol|Michael Mike|Ferdinand Ferry|Vincent Vin|Thomas Tom Tommy|
Benjamin Ben|Samuel Sam|Maximiliaan Max|Victor Vic|Stefan Stef|Maria Ria Mia Marie Mieke|Johanna Joke Hanna Annie Jo|
Cornelia Corrie Nel Lia|Elisabeth Els Bets Lies Betty|Wilhelmina Mien Wil Wilma|Catharina Toos Tiny Rina Trijn|
Anna Annie Ans|Margaretha Greet Gré Marga|Petronella Nel Petra|Hendrika Riek Rika Hennie|Jacoba Coba Coby|
Antonia Toos Tonny|Adriana Sjaan Jana|Geertruida Truus Geertje Trudy|Theresia Trees Thea|Francisca Cisca Sisca|
Helena Leny Lena|Alida Alie Lida|Susanna Suze Sanne|Christina Stien Tine|Magdalena Magda Lena|Patricia Patries Pat|
Jacqueline Jacq|Suzanne Suus San|Nathalie Nat|Kimberly Kim|Samantha Sam|Jessica Jes|Melissa Mel|Mohammed Mo Mimoun|
Mustafa Moes Musti|Abdelkader Kader|Noureddine Nordin|Youssef Joey Yous|Mehmet Memo|Hüseyin Hüs|Süleyman Sülo|
İbrahim Ibo|Krzysztof Krzys Kris|Katarzyna Kasia|Małgorzata Gosia|Agnieszka Aga|Jakub Kuba|Wojciech Wojtek|
Grzegorz Grzesiek|Stanisław Staszek|Aleksandra Ola|Andrzej Jędrek|Tomasz Tomek|Abdulrahman Abed|Mohammad Hamoudi|
Humphrey Hump|Ricardo Rico
"""
ROEPNAMEN: Final[dict[str, tuple[str, ...]]] = {
    woorden[0]: tuple(woorden[1:]) for groep in _GROEPEN.replace("\n", "").split("|") if (woorden := groep.split())
}
"""Given name -> short forms by which somebody may be registered."""

_SPELLINGEN: Final = """
Mohammed Mohamed Mohammad Muhammed Mohamad|Mohammad Mohammed Mohamed Muhammad|Youssef Yousef Yusuf Joesoef|
Yousef Youssef Yusuf|Yusuf Yousef Jusuf|Fatima Fatma Fatimah|Fatma Fatima|Khadija Khadidja Hadija|Hassan Hasan|
Hasan Hassan|Hüseyin Huseyin Hussein Huseijn|Hussein Hossein Husayn|Brahim Ibrahim|İbrahim Ibrahim|
Ahmed Ahmad Achmed|Ahmet Ahmed|Ahmad Ahmed|Mustafa Mostafa Moustafa|Omar Umar|Ömer Omer Oemer|Osman Othman|
Aicha Aïcha Aisha|Ayşe Ayse Aysha|Zeynep Zeijnep Zainab|Zineb Zeineb|Meryem Mariam Maryam|Maryam Mariam|
Soufiane Sofian Sufyan|Redouan Ridouan Redwan|Ilias Ilyas Elias|Yassine Yasin Yassin|Zakaria Zakariya|
Said Saïd Saeed|Rachid Rashid|Khalid Khaled|Khaled Khalid|Abdellah Abdallah Abdullah|Süleyman Suleyman Soelejman|
Çetin Cetin|Özlem Ozlem|Gülsüm Gulsum|Büşra Busra|Hülya Hulya|Şerife Serife|Paweł Pawel|Michał Michal|Łukasz Lukasz|
Stanisław Stanislaw|Rafał Rafal|Małgorzata Malgorzata|Tesfay Tesfai Tesfaye|Yonas Jonas|Yohannes Johannes Yohanes|
Mehari Mahari|Berhane Brhane Birhane|Tsegereda Tsigereda|Filmon Philmon|Idrissi Idrisi|Bouzid Bousid Buzid|
Khattabi Chattabi|Azzouzi Azouzi|Haddaoui Haddawi Hadaoui|Bouchta Boechta|Yaakoubi Yacoubi Jakoebi|Mansouri Mansoeri|
Boukhari Boukari Bokhari|Bakkali Bakali|Ouahabi Wahabi|Kaddouri Kadouri|Chakir Shakir|Charradi Sharradi|
Yılmaz Yilmaz|Şahin Sahin|Çelik Celik|Yıldız Yildiz|Yıldırım Yildirim|Öztürk Ozturk Oezturk|Aydın Aydin|
Özdemir Ozdemir|Doğan Dogan|Kılıç Kilic|Koç Koc|Özkan Ozkan|Şimşek Simsek|Güneş Gunes|Erdoğdu Erdogdu|
Türkmen Turkmen|Karataş Karatas|Uçar Ucar|Ateş Ates|Gündoğdu Gundogdu|Wiśniewski Wisniewski|Wójcik Wojcik|
Kamiński Kaminski|Zieliński Zielinski|Szymański Szymanski|Woźniak Wozniak|Dąbrowski Dabrowski|Kozłowski Kozlowski|
Wróbel Wrobel|Jabłoński Jablonski|Stępień Stepien|Pawłowski Pawlowski|Górski Gorski|Głowacki Glowacki|
Łukasik Lukasik|Żak Zak|Masri Masry|Khoury Khouri Elkhoury|Shaheen Shahin|Sayed Said Sayyed|Kassab Kasab|
Qasim Kassem Qassem|Suleiman Sulaiman Soleiman|Rifai Refaie|Jassem Jasim|Ghebremeskel Gebremeskel|
Habtemichael Habtemikael|Weldu Woldu|Ghirmay Girmay|Okbamichael Ogbamichael|Woldegiorgis Weldegiorgis Woldegeorgis|
Tesfamariam Tesfamaryam
"""
SPELLINGEN: Final[dict[str, tuple[str, ...]]] = {
    woorden[0]: tuple(woorden[1:]) for groep in _SPELLINGEN.replace("\n", "").split("|") if (woorden := groep.split())
}
"""Name -> other spellings of the same name in Latin script."""


@dataclass(frozen=True, slots=True)
class Gemeente:
    """A gemeente: CBS code (`GM` and four digits), name, inhabitants in thousands (rounded)."""

    code: str
    naam: str
    inwoners: int


TWENTE: Final = (
    Gemeente("GM0153", "Enschede", 161),
    Gemeente("GM0164", "Hengelo", 82),
    Gemeente("GM0141", "Almelo", 74),
    Gemeente("GM0163", "Hellendoorn", 36),
    Gemeente("GM0168", "Losser", 23),
    Gemeente("GM0173", "Oldenzaal", 32),
    Gemeente("GM0147", "Borne", 24),
    Gemeente("GM1742", "Rijssen-Holten", 39),
    Gemeente("GM0158", "Haaksbergen", 24),
    Gemeente("GM1774", "Dinkelland", 27),
)
OOST_NEDERLAND: Final = (
    Gemeente("GM0193", "Zwolle", 132),
    Gemeente("GM0150", "Deventer", 102),
    Gemeente("GM0200", "Apeldoorn", 166),
    Gemeente("GM0202", "Arnhem", 166),
    Gemeente("GM0268", "Nijmegen", 182),
    Gemeente("GM0228", "Ede", 121),
    Gemeente("GM0222", "Doetinchem", 59),
)
MIDDEN_BRABANT: Final = (
    Gemeente("GM0855", "Tilburg", 227),
    Gemeente("GM0867", "Waalwijk", 50),
    Gemeente("GM0797", "Heusden", 46),
    Gemeente("GM0785", "Goirle", 24),
    Gemeente("GM0809", "Loon op Zand", 24),
)
ELDERS: Final = (
    Gemeente("GM0363", "Amsterdam", 921),
    Gemeente("GM0599", "Rotterdam", 664),
    Gemeente("GM0344", "Utrecht", 368),
    Gemeente("GM0014", "Groningen", 238),
    Gemeente("GM0772", "Eindhoven", 243),
)
GEMEENTEN: Final = TWENTE + OOST_NEDERLAND + MIDDEN_BRABANT + ELDERS
"""Gemeenten of the invented day, checked by a test against the register of the hub."""
