"""Names and places from which `nederland` invents persons: data only, the most frequent first.

Given names, surnames and places are common property; every combination with a birth date and a number is invented. The tail of
the surnames is composed of stems and endings, so that rare names are as many as in a real register.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final


def _w(tekst: str) -> tuple[str, ...]:
    return tuple(tekst.split())


def _achternamen(tekst: str) -> tuple[tuple[str, str], ...]:
    """`van den|Berg` or `Jansen`, separated by commas."""
    paren = (deel.strip().rpartition("|") for deel in tekst.replace("\n", " ").split(","))
    return tuple((voorvoegsel, naam) for voorvoegsel, _, naam in paren if naam)


def _samen(stammen: str, uitgangen: str, voorvoegsels: tuple[str, ...] = ("",)) -> tuple[tuple[str, str], ...]:
    """Every stem with every ending; the prefixes in turn, the first most often."""
    uit = []
    for nummer, (stam, uitgang) in enumerate(product(_w(stammen), _w(uitgangen))):
        if not stam.lower().endswith(uitgang[:2]):
            voor = voorvoegsels[(nummer * 7) % 11 % len(voorvoegsels)] if nummer % 3 == 0 else voorvoegsels[0]
            uit.append((voor, stam + ("" if uitgang == "-" else uitgang)))
    return tuple(uit)


def _plaatsen(tekst: str) -> tuple[str, ...]:
    return tuple(tekst.split(","))


def _groepen(tekst: str) -> dict[str, tuple[str, ...]]:
    """`Johannes Jan Hans|...`: the full form, then its short forms."""
    rijen = [groep.split() for groep in tekst.split("|")]
    return {rij[0]: tuple(rij[1:]) for rij in rijen}


@dataclass(frozen=True, slots=True)
class Groep:
    """Where a family's names come from."""

    naam: str
    aandeel: float
    """Share of the population."""
    perioden: tuple[int, ...]
    """First birth years of the cohorts of given names."""
    mannen: tuple[tuple[str, ...], ...]
    vrouwen: tuple[tuple[str, ...], ...]
    achternamen: tuple[tuple[str, str], ...]
    """(tussenvoegsel, name)."""
    plaatsen: tuple[str, ...]
    land: str
    doopnamen: tuple[float, float, float]
    """Shares of persons with one, two and three given names."""
    buitenland: float
    """Share of the adults born abroad."""
    nieuwjaar: float = 0.0
    """Share of those born abroad who are registered as born on 1 January or 1 July."""
    spelling: bool = False
    """The names come from another script or spelling: registers write them in several ways."""
    vadersnaam: bool = False
    """The surname is the given name of the father."""


_NL_KOP: Final = _achternamen(
    "de|Jong,Jansen,de|Vries,van den|Berg,van|Dijk,Bakker,Janssen,Visser,Smit,Meijer,de|Boer,Mulder,de|Groot,Bos,Vos,Peters,"
    "Hendriks,van|Leeuwen,Dekker,Brouwer,de|Wit,Dijkstra,Smits,de|Graaf,van der|Meer,van der|Linden,Kok,Jacobs,de|Haan,Vermeulen,"
    "van den|Heuvel,van der|Veen,van den|Broek,de|Bruijn,de|Bruin,van der|Heijden,Schouten,van|Beek,Willems,van|Vliet,van de|Ven,"
    "Hoekstra,Maas,Verhoeven,Koster,van|Dam,van der|Wal,Prins,Blom,Huisman,Peeters,de|Jonge,Kuipers,van|Veen,Postma,Kuiper,"
    "Veenstra,Kramer,van den|Brink,Scholten,van|Wijk,Timmermans,Groen,Gerritsen,Bosman,van der|Velde,Martens,Wolters,Verbeek,"
    "Molenaar,van de|Pol,Hermans,Kroon,van|Loon,Vink,de|Lange,Schipper,Hofman,Mol,Zijlstra,Bosch,Boonstra,Driessen,Evers,"
    "van der|Laan,Roelofs,Vonk,Wessels,Hoogland,Nijhuis,Olde|Meule,ter|Horst,te|Riele,ten|Hove,van 't|Hof,op 't|Veld,in 't|Veld,"
    "Meyer,Smid,Schmidt,de|Koning,van|Es,Bouwman,Mulders,Hendrikx,Janssens,Kuijpers,Cuijpers,van der|Ploeg,Pietersen,Klaassen,"
    "van|Doorn,Willemsen,van der|Horst,Smeets,Lammers,Verhagen,de|Ruiter,Stam,de|Vos,Kuijper,Bekker,Visscher,de|Leeuw,Snijders"
)
_STAM: Final = (
    "Ooster Wester Noorder Zuider Groen Blauw Hooge Lage Nieuwen Ouden Brede Smalle Steen Zand Veen Klei Heide Beek Eiken Beuken "
    "Linden Berken Elzen Wilgen Roos Distel Haver Koren Rogge Molen Kerk Kloos Burg Brug Dijk Sluis Mool Vos Haas Valk Spreeu "
    "Reiger Kraai Zwaluw Snoek Winter Zomer Herfst Lente Maan Stern Goud Zilver Koper Leem Turf Ketel Wagen Schaap Koe Paarden "
    "Bies Riet Mos Varen Dalen Hagel Bruine Kamer Slot Tolle Grave Hout Lam Mees Nagel Otter Pape Ram Schil Tempel Uiter Vlas "
    "Water Zeve Dorre Hille Kalk Loo Meule Nijen Rode Scher Top Wolve Zwarte Bolle Drost Engel Ferwer Gelder Hems Iepen Jagers"
)
_UITGANG: Final = (
    "kamp veld hof huis man stra ink ing berg horst broek meer water weg dal bosch donk hoek zijl poort akker wijk voort burg laar "
    "loo eind mans sma beek bergen kerk steeg maat brink schot stein rink holt werf"
)
_VOORNAAMSTAM: Final = (
    "Aal Aart Abel Adriaan Alberd Andries Arend Baren Barteld Berend Boel Christiaan Claas Cornelis Daniel Derk Dirk Eelk Egbert "
    "Elber Evert Feik Fokke Frans Gerben Geert Gerbrand Gilles Gosse Harm Heer Hendrik Hilbert Huib Jannes Jelle Joost Jurrien "
    "Kars Klaas Koen Lamber Leender Lieven Luit Maarten Matthijs Menno Michiel Nann Oene Otte Paulus Poppe Reind Rein Riemer "
    "Roel Sieb Sijbren Sjoer Tamm Teun Thijs Tjeerd Ulbe Wieger Wigger Wijbren Wolter Wyb Ype Zwier"
)
_NL_MANNEN: Final = (
    _w(
        "Johannes Cornelis Hendrik Jan Petrus Willem Jacobus Antonius Gerardus Franciscus Theodorus Adrianus Martinus Marinus "
        "Lambertus Albertus Hubertus Nicolaas Matheus Josephus Leonardus Pieter Dirk Gerrit Klaas Arie Bernardus Egbert Roelof "
        "Simon Wilhelmus Henricus Leendert Herman Jacob Evert Gijsbert Harm Wouter Huibert Christiaan Abraham Adriaan Anton Aart "
        "Cornelius Teunis Tjeerd Sjoerd Jelle Bouke Reinder Sietse Frederik Karel Lodewijk August Engelbert Ludovicus Arnoldus "
        "Bartholomeus Everardus Rudolf Maximiliaan Alphonsus Hermanus Gerhardus Laurentius Stephanus Andreas Paulus Jozef"
    ),
    _w(
        "Johannes Robert Marcel Michiel Erik Peter Patrick Richard Ronald Frank Marco Dennis Jeroen Martijn Sander Bastiaan Stefan "
        "Mark Edwin René Rudolf Alexander Christiaan Vincent Paul André Wilhelmus Eduard Frederik Jeffrey Arnoldus Raymond Maarten "
        "Bart Michael Rutger Niels Remco Barend Ferdinand Danny Ruud Erwin Rob Hans Ron Arjan Wilco Gerben Jurgen Ivo Roland Fred "
        "Dick Leo Theo Paulus Benno Menno Rogier Pascal Maurice Roy Guido Hugo Olaf Jaap Kees Petrus Antonius Cornelis Hendrik"
    ),
    _w(
        "Daan Sem Lucas Thomas Lars Tim Jesse Thijs Milan Ruben Luuk Bram Stijn Max Sven Kevin Rick Nick Mike Jordy Danny Joey Timo "
        "Julian Finn Levi Noah Benjamin Samuel Victor Maximiliaan Koen Jelle Niels Joris Gijs Mees Tijn Hugo Teun Roan Jens Dylan "
        "Luca Siem Cas Tygo Boaz Jayden Olivier Floris Quinten Pepijn Jurre Sepp Morris Guus Hidde Tobias Wessel Mats Jasper Job "
        "Robin Stan Pim Bas Jort Twan Damian Rayan Kyan Owen Melle Rens Sam Johannes Cornelis Willem Hendrik"
    ),
)
_NL_VROUWEN: Final = (
    _w(
        "Maria Johanna Cornelia Elisabeth Wilhelmina Catharina Anna Margaretha Petronella Hendrika Jacoba Antonia Adriana Geertruida "
        "Theresia Francisca Helena Alida Susanna Christina Magdalena Aaltje Grietje Jantje Trijntje Gerarda Martina Hendrikje Dina "
        "Neeltje Geesje Klazina Lamberta Bernardina Josephina Gijsberta Everdina Gerritje Jannigje Willempje Pietertje Sjoukje "
        "Tietje Froukje Baukje Antje Leonarda Allegonda Henrica Clasina Arendina Berendina Louisa Agatha Barbara Cecilia Rosalia"
    ),
    _w(
        "Maria Monique Patricia Ingrid Astrid Sandra Esther Petra Angelique Linda Jacqueline Saskia Mirjam Karin Anja Marjolein "
        "Suzanne Nathalie Bianca Danielle Wendy Chantal Yvonne Brigitte Marieke Ellen Carolina Elisabeth Johanna Cornelia Jolanda "
        "Natascha Margriet Femke Annemarie Anita Marja Ria Ineke Marian Wilma Gerda Hanneke Marloes Judith Nicole Diana Manon "
        "Mariska Sylvia Debbie Carla Irene Heleen Barbara Simone Miranda Claudia Ilse Anneke Catharina Wilhelmina"
    ),
    _w(
        "Emma Sophie Julia Lisa Anna Eva Sanne Lotte Fleur Isa Anouk Iris Noa Femke Maud Kim Melissa Kimberly Samantha Jessica Laura "
        "Naomi Rosa Britt Tess Zoë Merel Nina Jasmijn Floor Demi Danique Romy Amber Esmee Roos Sara Saar Evi Lynn Fenna Olivia Mila "
        "Lieke Fien Elin Nora Vera Liv Yara Nova Sofie Milou Veerle Lize Hanna Feline Suze Isabel Puck Jade Charlotte Michelle "
        "Rachel Manouk Sterre Maria Johanna Elisabeth Catharina"
    ),
)
NL_PLAATSEN: Final = _plaatsen(
    "Amsterdam,Rotterdam,'s-Gravenhage,Utrecht,Eindhoven,Groningen,Tilburg,Almere,Breda,Nijmegen,Apeldoorn,Haarlem,"
    "Arnhem,Enschede,Haarlemmermeer,Amersfoort,Zaanstad,'s-Hertogenbosch,Zwolle,Zoetermeer,Leiden,Leeuwarden,"
    "Maastricht,Dordrecht,Ede,Alphen aan den Rijn,Westland,Alkmaar,Emmen,Delft,Venlo,Deventer,Helmond,Oss,Amstelveen,"
    "Hilversum,Sittard-Geleen,Heerlen,Súdwest-Fryslân,Nissewaard,Hengelo,Purmerend,Schiedam,Roosendaal,Lelystad,"
    "Leidschendam-Voorburg,Hoorn,Almelo,Vlaardingen,Gouda,Assen,Bergen op Zoom,Capelle aan den IJssel,Veenendaal,"
    "Katwijk,Zeist,Nieuwegein,Doetinchem,Hardenberg,Terneuzen,Roermond,Den Helder,Weert,Oosterhout,Kampen,Middelburg,"
    "Zutphen,Tiel,Winterswijk,Meppel,Coevorden,Sneek,Drachten,Heerenveen,Harderwijk,Barneveld,Wageningen,Culemborg,"
    "Goes,Vlissingen,Waalwijk,Uden,Boxtel,Raalte,Ommen,Rijssen,Oldenzaal,Borne,Losser,Haaksbergen,Wierden,"
    "Vriezenveen,Steenwijk,Hoogeveen,Stadskanaal,Veendam"
)

NL: Final = Groep(
    "nederlands",
    0.735,
    (1900, 1958, 1988),
    _NL_MANNEN,
    _NL_VROUWEN,
    _NL_KOP
    + _samen(_VOORNAAMSTAM, "s sen sma inga ink stra sz - ens tsma")
    + _samen(_STAM, _UITGANG, ("", "van der", "van", "ter", "van den", "te", "van de", "op den", "de"))
    + tuple((v, n + "s") for v, n in _samen(_STAM, "kamp veld laar maker bergh broeck huys hoff", ("", "van"))),
    (),
    "",
    (0.40, 0.36, 0.24),
    0.0,
)
MAROKKAANS: Final = Groep(
    "marokkaans",
    0.045,
    (1900,),
    (
        _w(
            "Mohamed Ahmed Rachid Hassan Youssef Said Mustapha Abdelkader Omar Brahim Khalid Karim Bilal Hamza Ilias Yassine Soufiane "
            "Redouan Noureddine Zakaria Ayoub Anouar Abdellah Driss Samir Ismail Abderrahim Abdelaziz Jamal Aziz Hicham Mourad Tarik "
            "Nabil Othman Imad Achraf Walid Abdessamad Lahcen Hussein Mimoun Reda Adil Fouad"
        ),
    ),
    (
        _w(
            "Fatima Khadija Aicha Naima Samira Latifa Malika Meryem Zineb Nadia Hanane Loubna Karima Yasmina Hafida Rachida Ikram "
            "Salma Imane Nora Siham Soumaya Fatiha Mina Jamila Saida Zohra Habiba Rahma Amina Sanae Houda Ilham Chaima Dounia Yamina"
        ),
    ),
    _achternamen(
        "el|Idrissi,Bouzid,el|Amrani,Benali,Ait|Hamou,el|Khattabi,Chakir,Azzouzi,el|Haddaoui,Bouchta,Oulad|Ali,el|Yaakoubi,Belkacem,"
        "Ziani,Amezian,el|Mansouri,Tahiri,Boukhari,Ouali,el|Bakkali,Kaddouri,Achahbar,el|Morabet,Saidi,Jebbari,el|Ouahabi,Bensaid,"
        "Charradi,Touzani,Lamrabet,Benamar,el|Allaoui,Ouchen,Bouazza,el|Hamdaoui,Chaouch,Aarab,Moussaoui"
    )
    + _samen(
        "Ham Zer Kas Mek Rah Bel Tah Far Naj Sab Lah Wah Kad Mas Yah Ghal Chah Haj Bous Dah Zah Raz Has Bak Has Kher Moum Tou Amz Azr",
        "ouni aoui ani oui idi ouchi alli ari ami aki oudi ati eddine azi",
        ("", "el", "Ben", "Ait"),
    ),
    ("Nador", "Al Hoceima", "Tanger", "Oujda", "Tetouan", "Berkane", "Fes", "Casablanca", "Rabat", "Driouch", "Taza"),
    "Marokko",
    (0.95, 0.05, 0.0),
    0.55,
    0.12,
    spelling=True,
)
TURKS: Final = Groep(
    "turks",
    0.045,
    (1900,),
    (
        _w(
            "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Abdullah Mahmut Recep "
            "Salih Fatih Kadir Emre Hakan Adem Kemal Yaşar Bekir Orhan Serkan Burak Uğur Gökhan Emir Onur Tolga Erkan Cem Kaan"
        ),
    ),
    (
        _w(
            "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Merve Havva Özlem Esra Fadime Gülsüm Yasemin Büşra "
            "Sevim Songül Aysel Derya Gül Nurcan Filiz Hülya Çiğdem Kübra Döndü Selma Melek Tuğba Ebru Dilek Sibel"
        ),
    ),
    _achternamen(
        "Yılmaz,Kaya,Demir,Çelik,Şahin,Yıldız,Yıldırım,Öztürk,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,Kara,Koç,Kurt,Özkan,Şimşek,"
        "Polat,Korkmaz,Çakır,Erdoğan,Akın,Güneş,Bulut,Keskin,Ünal,Turan,Gül,Tekin,Avcı,Işık,Aktaş,Karaca,Ateş,Bozkurt"
    )
    + _samen(
        "Ak Kara Öz Er Gün Boz Demir Taş Yıl Ay Kor Gök Sarı Tok Yal Bay Can Kıl Çağ Tür Ulu Saç Oğuz Kam",
        "soy taş kaya türk han doğan çelik tepe dağ kuş can oğlu demir bulut göz man lar baş su kan er",
    ),
    ("Ankara", "Istanbul", "Konya", "Kayseri", "Karaman", "Yozgat", "Izmir", "Trabzon", "Aksaray", "Sivas", "Samsun"),
    "Turkije",
    (0.9, 0.1, 0.0),
    0.5,
    0.10,
    spelling=True,
)
SURINAAMS: Final = Groep(
    "surinaams",
    0.04,
    (1900, 1975),
    (
        _w(
            "Ronald Henk Stanley Iwan Roy Rudi Soeresh Radjen Dewnath Carlo Harold Kenneth Ramon Winston Humphrey Johan Lesley Romeo"
        ),
        _w(
            "Ricardo Dwayne Sergio Jermaine Rishi Avinash Ravi Jairo Clyde Jason Kevin Mitchell Rodney Shaquille Vijay Ryan Romano"
        ),
    ),
    (
        _w(
            "Lilian Hilda Joyce Sandra Shanti Soenita Indra Radha Marlene Yvonne Muriel Helen Chandra Usha Irma Gerda Lucia Ilse"
        ),
        _w(
            "Cheryl Priscilla Naomi Shanice Anjali Priya Rowena Chantal Melissa Vanessa Sharon Angela Sunaina Kavita Daphne Gaby"
        ),
    ),
    _achternamen(
        "Pinas,Ramdin,Kartosen,Wijngaarde,Soekhoe,Amatmoekrim,Kasanwidjojo,Ramdas,Jagesar,Biharie,Gopal,Kanhai,Blokland,Pengel,Naarden,"
        "Sabajo,Ritfeld,Abdoelgafoer,Sewnath,Ramlal,Mahabier,Ramkisoen,Zeefuik,Hasselbaink,Vreden,Lieveld,Seedorf,Kluivert,Bouterse"
    )
    + _samen(
        "Ram Soek Bis Jag Kan Rag Moh Bal Sew Har Chit Gan Dew Par Bhag",
        "din lal nath oe pat persad singh dat nandan charan kisoen bir sing",
    )
    + _samen("Kromo Karto Sastro Wiro Soero Pawiro Ronto Djojo", "dikromo sentono widjojo redjo pawiro semito dimedjo"),
    ("Paramaribo", "Nickerie", "Moengo", "Albina", "Lelydorp", "Commewijne", "Saramacca"),
    "Suriname",
    (0.45, 0.40, 0.15),
    0.45,
)
ANTILLIAANS: Final = Groep(
    "antilliaans",
    0.02,
    (1900,),
    (
        _w(
            "Rignald Jurensley Shurandy Elvis Gilbert Edsel Rudolf Angelo Rayvienne Giovanni "
            "Jeandro Urvin Hubert Rodney Quincy Sherwin Franklin Curtis"
        ),
    ),
    (
        _w(
            "Shurmica Sharlaine Jurmaine Elvira Zuleika Rishandra Gerarda Suhendra Maria Carolina "
            "Xiomara Ruthmila Indira Milagros Rosaura Dionne"
        ),
    ),
    _achternamen(
        "Martina,Croes,Maduro,Tromp,Sambo,Winklaar,Koolman,Isenia,Josephina,Hernandez,Rosario,Pieters,Doran,Juliana,Bernabela,Cijntje,"
        "Wernet,Kelly,Arends,Balentien,Provence,Sillé,Rojer,Felicia,Girigorie,Obispo,Granviel,Elisabeth"
    )
    + _samen(
        "Mar Fel Cor Vir Gom Rod Sil Ber San Val Mont", "ina icia elia ginia riguez vania nabela tana encia ero esina"
    ),
    ("Willemstad", "Oranjestad", "Kralendijk", "Philipsburg"),
    "Curaçao",
    (0.5, 0.4, 0.1),
    0.5,
)
POOLS: Final = Groep(
    "pools",
    0.03,
    (1900,),
    (
        _w(
            "Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Łukasz Marek Grzegorz Mateusz Wojciech Mariusz Dariusz "
            "Zbigniew Jerzy Rafał Robert Kamil Dawid Maciej Szymon Bartosz Sławomir Przemysław Stanisław Kacper"
        ),
    ),
    (
        _w(
            "Anna Katarzyna Maria Agnieszka Małgorzata Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia Monika Teresa "
            "Danuta Natalia Karolina Julia Beata Dorota Jolanta Marta Paulina Justyna Iwona Weronika"
        ),
    ),
    _achternamen(
        "Nowak,Kowalski,Wiśniewski,Wójcik,Kowalczyk,Kamiński,Lewandowski,Zieliński,Szymański,Woźniak,Dąbrowski,Kozłowski,Jankowski,"
        "Mazur,Kwiatkowski,Krawczyk,Kaczmarek,Piotrowski,Grabowski,Zając,Pawłowski,Król,Michalski,Wróbel"
    )
    + _samen(
        "Mal Kow Jan Wis Dom Lew Szym Koz Mich Wal Gra Paw Rut Sob Cie Brz Krz Choj Bor Sik Tom Mar Raj Olsz Dud Kub",
        "iński owski czyk ewski ak ek ecki czak ewicz icki anek owicz alski",
    ),
    ("Warszawa", "Krakow", "Lodz", "Wroclaw", "Poznan", "Gdansk", "Szczecin", "Lublin", "Katowice"),
    "Polen",
    (0.7, 0.3, 0.0),
    0.9,
    spelling=True,
)
ARABISCH: Final = Groep(
    "arabisch",
    0.035,
    (1900,),
    (
        _w(
            "Mohammad Ahmad Mahmoud Khaled Omar Ali Hussein Hassan Ibrahim Youssef Abdulrahman Mustafa Bashar Fadi Samer Yaser Anas "
            "Hamza Tareq Ziad Nour Abdullah Bilal Wael Rami Majd Adnan Firas Amjad Haidar Karrar Saif"
        ),
    ),
    (
        _w(
            "Fatima Mariam Aisha Zainab Nour Rania Hala Rima Sara Hanan Amal Maha Layla Dina Khadija Samar Reem Huda Yasmin Asma "
            "Ghada Souad Abir Lina Raghad Zahra Nada Iman"
        ),
    ),
    _achternamen(
        "al|Hassan,al|Ahmad,Haddad,al|Masri,Khalil,al|Khatib,Darwish,Najjar,al|Sayed,Shaheen,al|Hamwi,Saleh,al|Jabouri,al|Obeidi,Kassem,"
        "Hamdan,Mansour,al|Halabi,Sabbagh,Issa,al|Shami,Barakat,Othman,al|Rashid,Nasser,al|Tikriti,al|Dulaimi,Yassin"
    )
    + _samen(
        "Ham Sal Kar Jab Nas Ras Mah Qas Shar Khal Zai Bad Far Sul Raj Haf Maj Tam Ghaz Bash Mus",
        "dani wi iri oudi emi awi an oush abi aldin alah eed ani ar out af",
        ("al", "", "Abu", "al"),
    ),
    ("Damascus", "Aleppo", "Homs", "Hama", "Latakia", "Baghdad", "Basra", "Mosul", "Deir ez-Zor", "Idlib"),
    "Syrië",
    (0.9, 0.1, 0.0),
    0.85,
    0.25,
    spelling=True,
)
HOORN: Final = Groep(
    "eritrees-somalisch",
    0.02,
    (1900,),
    (
        _w(
            "Tesfay Yonas Samuel Filmon Abraham Mohamed Ahmed Abdi Hassan Yusuf Abdullahi Kidane Berhane Mehari Teklay Haile Gebre "
            "Robel Daniel Isaac Mulugeta Ali Farah Omar Aden Warsame Jama Hagos Tsegay Weldu Amanuel Henok Merhawi"
        ),
    ),
    (
        _w(
            "Selam Helen Rahel Saba Letebrhan Fatuma Halima Asha Amina Hodan Faduma Sahra Luwam Winta Semhar Bisrat Mebrahtu Eden "
            "Tirhas Abrehet Senait Zahra Ayan Ifrah Hibo Khadra Muna Segen Feven"
        ),
    ),
    (),
    ("Asmara", "Keren", "Mendefera", "Massawa", "Mogadishu", "Hargeisa", "Kismayo"),
    "Eritrea",
    (0.9, 0.1, 0.0),
    0.85,
    0.40,
    spelling=True,
    vadersnaam=True,
)
OVERIG: Final = Groep(
    "overig",
    0.03,
    (1900,),
    (
        _w(
            "Andrei Ivan Oleksandr Dmytro Stefan Georgi Nikolay Radu Mihai Alexandru João Carlos Manuel Wei Jun Nguyen Van Ahmad Reza "
            "Hamid Farid Karim Hans Wolfgang Klaus Luigi Marco Giuseppe Antonio José Rahim Najib Mikhail Sergiy"
        ),
    ),
    (
        _w(
            "Elena Oksana Iryna Maria Ana Ioana Desislava Svetlana Tatiana Natalia Yulia Mei Ling Thi Parisa Maryam Leila Fereshteh "
            "Ursula Heike Giulia Francesca Carmen Rosa Olga Katerina Halyna Shabnam"
        ),
    ),
    _achternamen(
        "Popescu,Ionescu,Ivanov,Petrov,Dimitrov,Shevchenko,Kovalenko,da|Silva,dos|Santos,Nguyen,Tran,Wang,Chen,Li,Hosseini,Rezaei,Ahmadi,"
        "Karimi,Müller,Schmidt,Schneider,Rossi,Garcia,Fernandez,Bondarenko,Melnyk,Noori,Rahimi,Mohammadi"
    )
    + _samen(
        "Mold Rad Dum Stan Ior Pop Nik Georg Petr Bond Kov Shev Tka Rom Lys Mor Kra Zah Hos Rez Kar Ah Naz Sar Mir Yaz",
        "escu ov enko chuk eanu ev ian oglu ani zadeh avi mann ner iu yk ar",
    ),
    (
        "Boekarest",
        "Sofia",
        "Kyiv",
        "Teheran",
        "Kabul",
        "Herat",
        "Berlin",
        "Antwerpen",
        "Lissabon",
        "Praia",
        "Jakarta",
        "Beijing",
    ),
    "",
    (0.75, 0.2, 0.05),
    0.7,
    0.08,
    spelling=True,
)
GROEPEN: Final = (NL, MAROKKAANS, TURKS, SURINAAMS, ANTILLIAANS, POOLS, ARABISCH, HOORN, OVERIG)

ROEPNAMEN: Final[dict[str, tuple[str, ...]]] = _groepen(
    "Johannes Jan Hans Joop Johan|Cornelis Kees Cor Nelis|Hendrik Henk Hein Rik|Henricus Henk Harrie|"
    "Wilhelmus Wim Willem|Willem Wim|Petrus Piet Peter|Pieter Piet|Jacobus Jaap Ko Koos Sjaak|Jacob Jaap|"
    "Antonius Ton Toon Anton Teun|Gerardus Gerard Gerrit Ger|Gerrit Ger|Franciscus Frans Frank|Theodorus Theo Dorus|"
    "Adrianus Adrie Aad Arie Janus|Martinus Martin Tinus Maarten|Marinus Rinus|Lambertus Bert Lambert|"
    "Albertus Bert Ab Appie|Hubertus Huub Bert|Nicolaas Nico Klaas|Matheus Thijs Theo|Josephus Jos Sjef|"
    "Leonardus Leo Leon|Leendert Leen|Bernardus Ben Bernard|Michiel Chiel Michel|Robert Rob Bob|Richard Rick Ries|"
    "Alexander Alex Lex Sander|Bastiaan Bas|Christiaan Chris|Rudolf Ruud Dolf|Eduard Ed Eddy|"
    "Frederik Fred Frits Freek|Maximiliaan Max|Thomas Tom|Benjamin Ben|Samuel Sam|Daniel Daan|"
    "Maria Mia Ria Marie Rie|Johanna Joke Jo Annie Hanna|Cornelia Corrie Nel Lia|"
    "Elisabeth Els Bets Lies Betty Liesbeth|Wilhelmina Wil Mien Willy Mina|Catharina Toos Trijn Rina Ina|"
    "Anna Annie Ans An|Margaretha Greet Margreet Gre|Petronella Nel Petra Ella|Hendrika Riek Hennie Rika|"
    "Jacoba Coba Co|Antonia Toni Tonnie|Adriana Sjaan|Geertruida Truus Geertje Trudy|Theresia Trees Thea|"
    "Francisca Cisca Francien|Helena Leni Leen Lena|Susanna Suus Suze|Christina Tine Stien Christa|"
    "Magdalena Leny Magda|Nathalie Nat|Suzanne Suus|Kimberly Kim|Melissa Mel|Samantha Sam|Jessica Jes|Mohamed Mo Med|"
    "Mohammad Mo|Mohammed Mo|Mustafa Mus|Mustapha Mus|Abdelkader Kader|Abderrahim Rahim|Abdelaziz Aziz|"
    "Krzysztof Krzys|Agnieszka Aga|Katarzyna Kasia|Małgorzata Gosia|Wojciech Wojtek|Grzegorz Grzes|Jakub Kuba|"
    "Aleksandra Ola|Joanna Asia|Barbara Basia|Elżbieta Ela|Stanisław Staszek|Tomasz Tomek|Fatima Fati|Fatma Fadim|"
    "Süleyman Sülo|İbrahim İbo|Abdulrahman Abdul"
)
"""Short forms of given names."""
