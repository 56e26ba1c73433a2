"""What the log keeps of accounts in English is said in the language of the page."""

from sqlalchemy import select

from app.accounts.actions import change_role, disable, enable, give_link, set_password
from app.accounts.models import Role
from app.accounts.wording import done_in_words
from app.languages.spoken import speaking
from app.models import Act
from tests.factories import NOW, PersonFactory


def test_every_act_about_an_account_has_its_words_in_each_language(session):
    admin, person = PersonFactory(role=Role.ADMINISTRATOR), PersonFactory(role=Role.EDITOR)
    signed = {"by": admin, "at": NOW, "origin": "desk"}
    give_link(session, person, **signed)
    set_password(session, person, "a few unrelated words", **signed)
    change_role(session, person, Role.REVIEWER, **signed)
    disable(session, person, **signed)
    enable(session, person, **signed)
    stored = session.scalars(select(Act.words).order_by(Act.id)).all()
    assert [done_in_words(words) for words in stored] == stored
    with speaking("it"):
        said = [done_in_words(words) for words in stored]
        assert "prima redattore, ora revisore" in said
        assert not set(said) & set(stored)
        assert done_in_words("invited as administrator") == "invito come amministratore"
        assert done_in_words("something of another version") == "something of another version"
