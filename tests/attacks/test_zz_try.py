def test_try(app, play):
    print(play.ids, len(play.typed))
